"""What a period or a range of days is compared with."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, TypeAlias

from consent_service.domain.calendar.periods import BadPeriod, Period
from consent_service.domain.calendar.ranges import Range

Comparison: TypeAlias = Literal["previous", "year", "none"]

COMPARISONS: tuple[Comparison, ...] = ("previous", "year", "none")
"""The period right before, the same one a year before, nothing."""


def compared(period: Period, comparison: Comparison) -> Period | None:
    """Give a period of the same kind, so that both numbers were counted by the same flags."""
    if comparison == "none":
        return None
    return period.preceding if comparison == "previous" else _a_year_before(period)


def _a_year_before(period: Period) -> Period:
    """The same day, month or week by its number; of a 53rd week, which few years have, the 52nd."""
    if period.kind != "week":
        return Period.of(_earlier(period.first), period.kind)
    year, number = period.name.split("-W")
    name = f"{int(year) - 1:04}-W{number}"
    try:
        return Period.parse(name)
    except BadPeriod:
        return Period.parse(name.replace("W53", "W52"))


def compared_range(chosen: Range, comparison: Comparison) -> Range | None:
    """Give as many days right before, or the same dates a year before."""
    if comparison == "none":
        return None
    if comparison == "year":
        return Range(_earlier(chosen.first), _earlier(chosen.last))
    return Range(chosen.first - timedelta(days=chosen.length), chosen.first - timedelta(days=1))


def _earlier(day: date) -> date:
    """The same date a year before; of 29 February the 28th."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)
