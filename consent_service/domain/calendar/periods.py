"""Days and the periods that hold them.

A period is written as its ISO 8601 name: a day ``2026-11-22``, a week ``2026-W47``, a month ``2026-11``, a
year ``2026``. It is stored under this name, and read once where it comes in: from an address, a command, a row or a
file. A quarter, used by consent tokens alone, is ``2026Q4``.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal, NamedTuple

from consent_service.domain.errors import UserError

Kind = Literal["day", "week", "month", "year"]
KINDS: tuple[Kind, ...] = ("day", "week", "month", "year")

MOST_CACHED = 8_192
"""Periods that a process keeps at hand, about 3 MB: the days of ten years, and the longer periods around them."""

_SHAPES: dict[Kind, re.Pattern[str]] = {
    "day": re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII),
    "week": re.compile(r"\d{4}-W\d{2}", re.ASCII),
    "month": re.compile(r"\d{4}-\d{2}", re.ASCII),
    "year": re.compile(r"\d{4}", re.ASCII),
}

_DAYS_OF_MOST: dict[Kind, int] = {"day": 1, "week": 7, "month": 31, "year": 366}


class BadPeriod(UserError, ValueError):
    """The text is not a day, week, month or year."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """All days from the first to the last, both in it. Spans of one kind are ordered by time."""

    first: date
    last: date

    @property
    def length(self) -> int:
        """In days."""
        return (self.last - self.first).days + 1

    @property
    def days(self) -> list[Period]:
        """All of its days, in order."""
        return [Period.of(self.first + timedelta(days=number), "day") for number in range(self.length)]

    @property
    def months(self) -> list[Period]:
        """The months that it touches, in order."""
        months = [Period.of(self.first, "month")]
        while months[-1].last < self.last:
            months.append(months[-1].following)
        return months


@dataclass(frozen=True, slots=True, order=True)
class Period(Span):
    """A day, week, month or year. `parse` and `of` give the same object for the same period while they can."""

    kind: Kind = field(compare=False)
    name: str = field(compare=False)
    """under which it is stored"""

    @staticmethod
    def parse(name: str) -> Period:
        """Read a period's name. Raises BadPeriod for anything that is not the name of a period that exists."""
        return _parse(name)

    @staticmethod
    def of(day: date, kind: Kind) -> Period:
        """Give the period of a kind that holds a day."""
        return _of(day, kind)

    def __str__(self) -> str:
        return self.name

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def month(self) -> Period:
        """The month in which it begins."""
        return Period.of(self.first, "month")

    @property
    def following(self) -> Period:
        """The next period of the same kind."""
        return Period.of(self.first + timedelta(days=_DAYS_OF_MOST[self.kind]), self.kind)

    @property
    def preceding(self) -> Period:
        """The period of the same kind before."""
        return Period.of(self.first - timedelta(days=1), self.kind)

    def steps_to(self, later: Period) -> int:
        """Count the steps of `following` to a later period of the same kind: 0 if it is the same."""
        if self.kind in ("day", "week"):
            return (later.first - self.first).days // _DAYS_OF_MOST[self.kind]
        months = 12 * (later.first.year - self.first.year) + later.first.month - self.first.month
        return months if self.kind == "month" else months // 12


def read_month(text: str) -> Period:
    """Read a month from an address or a command. Raises BadPeriod for everything else."""
    try:
        period = Period.parse(text)
    except BadPeriod:
        period = None
    if period is None or period.kind != "month":
        raise BadPeriod("this is not a month: write it as 2026-11")
    return period


@lru_cache(MOST_CACHED)
def _parse(name: str) -> Period:
    for kind, shape in _SHAPES.items():
        if shape.fullmatch(name):
            try:
                return _of(_first_day(name, kind), kind)
            except ValueError:
                raise BadPeriod(f"there is no {kind} {name}") from None
    raise BadPeriod(f"{name!r} is not a period: write 2026-11-22, 2026-W47, 2026-11 or 2026")


def _first_day(name: str, kind: Kind) -> date:
    if kind == "day":
        return date.fromisoformat(name)
    if kind == "week":
        return date.fromisocalendar(int(name[:4]), int(name[6:]), 1)
    if kind == "month":
        return date.fromisoformat(name + "-01")
    return date(int(name), 1, 1)


@lru_cache(MOST_CACHED)
def _of(day: date, kind: Kind) -> Period:
    if kind == "day":
        return Period(day, day, kind, day.isoformat())
    if kind == "week":
        year, week, weekday = day.isocalendar()
        first = day - timedelta(days=weekday - 1)
        length = min(timedelta(days=6), date.max - first)  # the last week of 9999 is cut short
        return Period(first, first + length, kind, f"{year:04}-W{week:02}")
    if kind == "month":
        last = day.replace(day=monthrange(day.year, day.month)[1])
        return Period(day.replace(day=1), last, kind, f"{day.year:04}-{day.month:02}")
    return Period(date(day.year, 1, 1), date(day.year, 12, 31), kind, f"{day.year:04}")


class Periods(NamedTuple):
    """The four periods that hold one day."""

    day: Period
    week: Period
    month: Period
    year: Period


def periods_of(day: date) -> Periods:
    return Periods(*(Period.of(day, kind) for kind in KINDS))


def quarter_of(day: date) -> str:
    return f"{day.year:04}Q{(day.month + 2) // 3}"


def quarter_after(quarter: str) -> str:
    year, number = int(quarter[:4]), int(quarter[5:])
    return f"{year:04}Q{number + 1}" if number < 4 else f"{year + 1:04}Q1"


def quarter_ends_at(quarter: str, zone: tzinfo) -> float:
    """The instant (seconds since 1970) at which a quarter is over in a zone."""
    year, number = quarter_after(quarter).split("Q")
    return starts_at(date(int(year), int(number) * 3 - 2, 1), zone)


def quarters_around(instant: float) -> list[str]:
    """The quarters that it is then somewhere on Earth, or will be within a day: one, or two when one begins."""
    first, last = (timezone(timedelta(hours=hours)) for hours in (-12, 14))
    return sorted({quarter_of(local_day(instant, first)), quarter_of(local_day(instant + 86_400, last))})


def local_day(instant: float, zone: tzinfo) -> date:
    return datetime.fromtimestamp(instant, zone).date()


def starts_at(day: date, zone: tzinfo) -> float:
    """The first instant (seconds since 1970) of a day in a zone.

    Where daylight saving skips midnight, the skipped wall time names the instant of the change (PEP 495,
    fold 0), which is when the day begins; where midnight comes twice, fold 0 names the first.
    """
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()


def local_hour(instant: float, zone: tzinfo) -> int:
    return datetime.fromtimestamp(instant, zone).hour
