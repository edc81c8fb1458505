"""Which stored periods the page of a period is made of.

Totals are stored for each day, week, month and year. Breakdowns are stored at one resolution only: some always
by month, the others by the site's detail. What is shown elsewhere is the whole month, or closed parts added up.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import chain
from typing import Literal, NamedTuple, TypeAlias

from consent_service.domain.calendar.periods import Period

Basis: TypeAlias = Literal["own", "month", "months", "days", "mixed"]

SUMS: tuple[Basis, ...] = ("months", "days", "mixed")
"""Closed parts added up."""

DetailOf: TypeAlias = Callable[[Period], str]
"""Gives the detail of a month: ``month`` or ``day``."""


class Source(NamedTuple):
    """``own``: the period's own cells; ``month``: those of the month around it; else closed parts added up."""

    basis: Basis
    periods: tuple[Period, ...]

    @property
    def is_sum(self) -> bool:
        return self.basis in SUMS


class Sources(NamedTuple):
    """``monthly`` of the dimensions that are always counted by month, ``detailed`` of all others."""

    monthly: Source
    detailed: Source


def moment_of(period: Period, today: date, created: date) -> date:
    """The day that stands for a period when one goes to a longer or shorter one.

    Of a week it is the Thursday, by which ISO 8601 gives a week to its year; else the last day. It never lies
    ahead or before the site.
    """
    day = period.first + timedelta(days=3) if period.kind == "week" else period.last
    return min(max(day, created), today)


def series_of(period: Period) -> tuple[Period, ...]:
    """The shorter periods that a chart shows; none for a day, whose hours are not periods."""
    if period.kind == "year":
        return tuple(period.months)
    return () if period.kind == "day" else tuple(period.days)


def sources_of(period: Period, moment: date, detail_of: DetailOf, is_closed: Callable[[Period], bool]) -> Sources:
    """Where a period's breakdowns come from; ``moment`` as `moment_of` gives it.

    Of a closed month that was counted by day the days are added up already, under the month's name.
    """
    month = Period.of(moment, "month")
    if period.kind == "year":
        return _of_year([part for part in period.months if part <= month], detail_of, is_closed)
    monthly = Source("own" if period.kind == "month" else "month", (month,))
    if detail_of(month) == "month":
        return Sources(monthly, monthly)
    if period.kind == "day":
        return Sources(monthly, Source("own", (period,)))
    return Sources(monthly, Source("days", (period,) if is_closed(period) else tuple(period.days)))


def _of_year(months: list[Period], detail_of: DetailOf, is_closed: Callable[[Period], bool]) -> Sources:
    monthly = Source("months", tuple(months))
    daily = [month for month in months if detail_of(month) == "day"]
    if not daily:
        return Sources(monthly, monthly)
    basis: Basis = "days" if daily == months else "mixed"
    parts = [month for month in months if month not in daily or is_closed(month)]
    rest = chain.from_iterable(month.days for month in months if month not in parts)
    return Sources(monthly, Source(basis, (*parts, *rest)))
