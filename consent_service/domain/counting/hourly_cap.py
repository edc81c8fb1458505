"""A site's hours: how many hits each had, and how many the present one may have.

An hour is numbered from 1970. It is *known* if it was noted, with the hits in it or with none, while the service
was at work: hours in which it was stopped, or that a moved clock left out, are not held against a site.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from typing import TypeAlias

Hours: TypeAlias = dict[int, int]
"""hits by hour"""

SECONDS = 3_600

MOST_HOURS = 168
"""As many complete hours as a week has."""

TIMES = 10


def hour_of(instant: float) -> int:
    return int(instant // SECONDS)


def cap(hours: Mapping[int, int], present: int, least: int) -> int | None:
    """The hits that a site may have in the present hour: ten times the median of the last 168 hours that are known.

    Never fewer than ``least``, so that a site with quiet hours is not shut. None while fewer are known.
    """
    complete = [hours[hour] for hour in sorted(hours) if hour < present][-MOST_HOURS:]
    return None if len(complete) < MOST_HOURS else max(least, int(TIMES * median(complete)))


def is_over(hours: Mapping[int, int], present: int, least: int) -> bool:
    """Whether a site has had as many hits in the present hour as it may have."""
    if hours.get(present, 0) < least:
        return False
    most = cap(hours, present, least)
    return most is not None and hours[present] >= most


def together(left: Mapping[int, int], right: Mapping[int, int]) -> Hours:
    """The hits of both, by hour."""
    return {hour: left.get(hour, 0) + right.get(hour, 0) for hour in sorted({*left, *right})}


def kept(hours: Mapping[int, int], present: int) -> Hours:
    """The last 168 complete hours that are known, and the present one; nothing of hours that are still to come."""
    complete = sorted(hour for hour in hours if hour < present)[-MOST_HOURS:]
    return {hour: hours[hour] for hour in (*complete, present) if hour in hours}
