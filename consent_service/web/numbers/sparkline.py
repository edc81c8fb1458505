"""The small chart of a site in the list of sites: a bar for each month, as numbers for an SVG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from consent_service.reporting.overviews import Overview
from consent_service.web import words

HEIGHT = 36
STEP = 11
"""Pixels from one bar to the next."""


class MonthBar(NamedTuple):
    """In pixels."""

    x: int
    y: float
    height: float
    title: str
    is_open: bool


def render(overview: Overview) -> Sequence[MonthBar]:
    """A bar for each month that has visitors to show."""
    most = max((count.known for count in overview.months.values() if count), default=0)
    return [
        _bar(place, count.known / most, f"{words.period(month)}: {count} visitors", count.sort == "least")
        for place, (month, count) in enumerate(overview.months.items())
        if count and count.known
    ]


def _bar(place: int, part: float, title: str, is_open: bool) -> MonthBar:
    height = max(round(part * HEIGHT, 1), 2)  # what is there is seen
    return MonthBar(place * STEP, round(HEIGHT - height, 1), height, title, is_open)
