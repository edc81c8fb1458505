"""A chosen range of days, written as an ISO 8601 interval: ``2026-10-03/2026-11-14``, both days in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from consent_service.domain.calendar import periods as days
from consent_service.domain.errors import UserError

LONGEST_DAYS = 731
"""Two years, one of them a leap year."""

MOST_POINTS = 92
"""A chart shows a range of so many days day by day, a quarter's; a longer one month by month."""


class BadRange(UserError):
    """There is no such range; ``field`` is what to write anew, ``first`` or ``last``, the message says how."""


class Range(NamedTuple):
    """All days from the first to the last one."""

    first: date
    last: date

    @property
    def name(self) -> str:
        return f"{self.first.isoformat()}/{self.last.isoformat()}"

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def days(self) -> list[str]:
        return [(self.first + timedelta(days=number)).isoformat() for number in range(self.length)]

    @property
    def months(self) -> list[str]:
        """The months that it touches."""
        return list(dict.fromkeys(day[:7] for day in self.days))

    @property
    def whole_months(self) -> list[str]:
        """The months of which every day is in it."""
        return [
            month for month in self.months if self.first <= days.first_day(month) and days.last_day(month) <= self.last
        ]

    @property
    def parts(self) -> Sequence[str]:
        """What a chart of it shows: its days, or its months as far as they are in it."""
        if self.length <= MOST_POINTS:
            return self.days
        by_month = [list(found) for _, found in groupby(self.days, key=lambda day: day[:7])]
        return [f"{found[0]}/{found[-1]}" for found in by_month]


def is_range(name: str) -> bool:
    """Whether a name is that of a range, and not of a period."""
    return "/" in name


def named(name: str) -> Range:
    """The range of a name that `Range.name` gave."""
    first, _, last = name.partition("/")
    return Range(date.fromisoformat(first), date.fromisoformat(last))


def bounds(name: str) -> Range:
    """The first and the last day of a period or a range."""
    return named(name) if is_range(name) else Range(days.first_day(name), days.last_day(name))


def read_range(first: str, last: str, created: date, today: date) -> Range:
    """What somebody asks for, of a site that was made on a day. Raises BadRange."""
    found = Range(_day("first", first), _day("last", last))
    if found.last < found.first:
        raise BadRange(f"the last day, {last}, is before the first, {first}: write them the other way round", "last")
    if found.first < created:
        raise BadRange(f"the site was made on {created.isoformat()}: begin on that day or later", "first")
    if found.last > today:
        raise BadRange(f"{last} has not begun yet: end on {today.isoformat()} or before", "last")
    if found.length > LONGEST_DAYS:
        raise BadRange(f"these are {found.length:,} days: choose {LONGEST_DAYS} at most, which are two years", "first")
    return found


def _day(field: str, text: str) -> date:
    try:
        if days.kind_of(text) == "day":
            return days.first_day(text)
    except days.BadPeriod:
        pass
    raise BadRange(f"{text!r} is not a day: write it as 2026-11-22" if text else "a day is needed", field)
