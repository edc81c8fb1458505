"""A chosen range of days, written as an ISO 8601 interval: ``2026-10-03/2026-11-14``, both days in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import ClassVar, Literal, TypeAlias

from consent_service.domain.calendar.periods import BadPeriod, Period, Span
from consent_service.domain.errors import UserError

LONGEST_DAYS = 731
"""Two years, one of them a leap year."""

MOST_POINTS = 92
"""A chart shows a range of so many days day by day, a quarter's; a longer one month by month."""


class BadRange(UserError):
    """There is no such range; ``field`` is what to correct, ``first`` or ``last``, the message says how."""


@dataclass(frozen=True, slots=True, order=True)
class Range(Span):
    """All days from the first to the last one, as somebody chose them. No range is stored."""

    kind: ClassVar[Literal["range"]] = "range"

    @property
    def name(self) -> str:
        return f"{self.first.isoformat()}/{self.last.isoformat()}"

    def __str__(self) -> str:
        return self.name

    @property
    def whole_months(self) -> list[Period]:
        """The months of which every day is in it."""
        return [month for month in self.months if self.first <= month.first and month.last <= self.last]

    @property
    def parts(self) -> Sequence[PeriodOrRange]:
        """What a chart of it shows: its days, or its months as far as they are in it."""
        if self.length <= MOST_POINTS:
            return self.days
        by_month = [list(days) for _, days in groupby(self.days, key=lambda day: day.month)]
        return [Range(days[0].first, days[-1].last) for days in by_month]


PeriodOrRange: TypeAlias = Period | Range
"""What a page can be of."""


def read_range(first: str, last: str, created: date, today: date) -> Range:
    """Read what somebody asks for, of a site that was made on a day. Raises BadRange."""
    chosen = Range(_day("first", first), _day("last", last))
    if chosen.last < chosen.first:
        raise BadRange(f"the last day, {last}, is before the first, {first}: write them the other way round", "last")
    if chosen.first < created:
        raise BadRange(f"the site was made on {created.isoformat()}: begin on that day or later", "first")
    if chosen.last > today:
        raise BadRange(f"{last} has not begun yet: end on {today.isoformat()} or before", "last")
    if chosen.length > LONGEST_DAYS:
        raise BadRange(f"these are {chosen.length:,} days: choose {LONGEST_DAYS} at most, which are two years", "first")
    return chosen


def _day(field: str, text: str) -> date:
    try:
        period = Period.parse(text)
    except BadPeriod:
        period = None
    if period is None or period.kind != "day":
        raise BadRange(f"{text!r} is not a day: write it as 2026-11-22" if text else "a day is needed", field)
    return period.first
