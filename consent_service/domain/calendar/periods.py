"""Days and the periods that hold them.

A period is written as its ISO 8601 name: a day ``2026-11-22``, a week ``2026-W47``, a month ``2026-11``, a
year ``2026``. A quarter, used by consent tokens alone, is ``2026Q4``. The names sort by time within a kind.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Literal, NamedTuple

Kind = Literal["day", "week", "month", "year"]
KINDS: tuple[Kind, ...] = ("day", "week", "month", "year")

_SHAPES: dict[Kind, re.Pattern[str]] = {
    "day": re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII),
    "week": re.compile(r"\d{4}-W\d{2}", re.ASCII),
    "month": re.compile(r"\d{4}-\d{2}", re.ASCII),
    "year": re.compile(r"\d{4}", re.ASCII),
}


class BadPeriod(ValueError):
    """The text is not a day, week, month or year."""


class Periods(NamedTuple):
    """The four periods that hold one day."""

    day: str
    week: str
    month: str
    year: str


def periods_of(day: date) -> Periods:
    year, week, _ = day.isocalendar()
    return Periods(day.isoformat(), f"{year:04}-W{week:02}", f"{day:%Y-%m}", f"{day:%Y}")


def kind_of(period: str) -> Kind:
    """Raises BadPeriod for anything that is not the name of a period that exists."""
    for kind, shape in _SHAPES.items():
        if shape.fullmatch(period):
            _check_exists(period, kind)
            return kind
    raise BadPeriod(f"{period!r} is not a period: write 2026-11-22, 2026-W47, 2026-11 or 2026")


def _check_exists(period: str, kind: Kind) -> None:
    try:
        _first_day(period, kind)
    except ValueError:
        raise BadPeriod(f"there is no {kind} {period}") from None


def _first_day(period: str, kind: Kind) -> date:
    if kind == "day":
        return date.fromisoformat(period)
    if kind == "week":
        return date.fromisocalendar(int(period[:4]), int(period[6:]), 1)
    if kind == "month":
        return date.fromisoformat(period + "-01")
    return date(int(period), 1, 1)


def first_day(period: str) -> date:
    return _first_day(period, kind_of(period))


def last_day(period: str) -> date:
    return first_day(following(period)) - timedelta(days=1)


def period_of(day: date, kind: Kind) -> str:
    return getattr(periods_of(day), kind)  # type: ignore[no-any-return]


def following(period: str) -> str:
    """The next period of the same kind."""
    kind = kind_of(period)
    longest = {"day": 1, "week": 7, "month": 31, "year": 366}[kind]
    return period_of(_first_day(period, kind) + timedelta(days=longest), kind)


def preceding(period: str) -> str:
    """The period of the same kind before."""
    kind = kind_of(period)
    return period_of(_first_day(period, kind) - timedelta(days=1), kind)


def distance(first: str, last: str) -> int:
    """How many periods of their kind lie between two: 0 if they are the same, 1 if one follows the other."""
    kind, start, end = kind_of(first), first_day(first), first_day(last)
    if kind in ("day", "week"):
        return (end - start).days // (1 if kind == "day" else 7)
    months = 12 * (end.year - start.year) + end.month - start.month
    return months if kind == "month" else months // 12


def days_in(period: str) -> list[str]:
    """All days of a period, in order."""
    start, end = first_day(period), last_day(period)
    return [(start + timedelta(days=n)).isoformat() for n in range((end - start).days + 1)]


def quarter_of(day: date) -> str:
    return f"{day.year:04}Q{(day.month + 2) // 3}"


def quarter_after(quarter: str) -> str:
    year, number = int(quarter[:4]), int(quarter[5:])
    return f"{year:04}Q{number + 1}" if number < 4 else f"{year + 1:04}Q1"


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
