"""Cells of some periods, and the settings of those that are closed, read together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection, select

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting.counts import Breakdown, PeriodCounts
from consent_service.domain.counting.dimensions import DIMENSIONS, TOTALS, Dimension
from consent_service.domain.disclosure.shown import (
    Part,
    ShownBreakdown,
    ShownCounts,
    numbers_of,
    part_of,
    part_of_sums,
    show_closed,
    show_open,
)
from consent_service.domain.site import Site
from consent_service.reporting import sums
from consent_service.reporting.sums import Summed
from consent_service.storage.counts import cells
from consent_service.storage.tables import closed_periods


class Settings(NamedTuple):
    """What was in force when a period became final."""

    threshold: int
    detail: str
    digest: str = ""
    """of the published rows, where it was read"""


@dataclass(frozen=True)
class Published:
    """What was read of a site, given out only as it may be shown."""

    site: Site
    closed: Mapping[Period, Settings]
    stored: Mapping[Period, PeriodCounts]
    sums: Mapping[str, Breakdown] = field(default_factory=dict)
    """By dimension: closed periods that the database has added up."""
    _totals: dict[Period, ShownCounts | None] = field(default_factory=dict)

    def threshold(self, period: Period) -> int:
        """The k with which a period was closed, or with which an open one is rounded."""
        settings = self.closed.get(period)
        return settings.threshold if settings else self.site.timeline.threshold(period)

    def shown(self, period: Period, name: str) -> ShownBreakdown:
        if period in self.closed:
            return self.added_up([period], name)
        return show_open(DIMENSIONS[name], self._cells(period, name), self.threshold(period))

    def added_up(self, periods: Collection[Period], name: str) -> ShownBreakdown:
        """What is shown of closed periods, added up."""
        return show_closed(DIMENSIONS[name], *(self._part(period, DIMENSIONS[name]) for period in periods))

    def summed(self, periods: Collection[Period], name: str) -> ShownBreakdown:
        """The same, of all periods that were read to be added up for this dimension."""
        if DIMENSIONS[name].hides_singles or len(periods) == 1:
            return self.added_up(periods, name)
        return show_closed(DIMENSIONS[name], Part(self.sums.get(name, {}), (), 0))

    def _part(self, period: Period, dimension: Dimension) -> Part:
        make_part = part_of_sums if is_sum_of_days(self.closed[period], period, dimension) else part_of
        return make_part(dimension, self._cells(period, dimension.name), self.threshold(period))

    def _cells(self, period: Period, name: str) -> Breakdown:
        return self.stored.get(period, {}).get(name, {})

    def breakdowns(self, period: Period) -> dict[str, ShownBreakdown]:
        """Everything that is shown of a period, by dimension; the totals under ``site``."""
        totals = self.totals(period)
        breakdowns = {name: self.shown(period, name) for name, dimension in DIMENSIONS.items() if not dimension.total}
        return {**breakdowns, "site": {"": totals} if totals else {}}

    def totals(self, period: Period) -> ShownCounts | None:
        """None where they may not be shown. Engaged seconds are among them where k visitors reported some."""
        if period not in self._totals:
            self._totals[period] = self._read_totals(period)
        return self._totals[period]

    def _read_totals(self, period: Period) -> ShownCounts | None:
        totals = self.shown(period, "site").get("")
        seconds = self.shown(period, "engagement").get("", {}).get("engaged_seconds")
        return totals if totals is None or seconds is None else {**totals, "engaged_seconds": seconds}


def is_sum_of_days(settings: Settings, period: Period, dimension: Dimension) -> bool:
    """Whether the cells of a closed period are those of days, added up."""
    return dimension.detailed and settings.detail == "day" and period.kind == "month"


class PeriodSum(NamedTuple):
    """Closed periods that are added up for some dimensions."""

    dimensions: tuple[str, ...]
    periods: tuple[Period, ...]

    @property
    def is_of_several(self) -> bool:
        return len(self.periods) > 1

    @property
    def read_one_by_one(self) -> tuple[str, ...]:
        """The dimensions that the database cannot add up: a shown cell may hide one of its counts."""
        return tuple(name for name in self.dimensions if DIMENSIONS[name].hides_singles)

    @property
    def added_by_database(self) -> tuple[str, ...]:
        return tuple(name for name in self.dimensions if not DIMENSIONS[name].hides_singles)


@dataclass(frozen=True)
class Query:
    """What is to be read of a site.

    ``closed`` has the settings of those periods that are closed, as `closed` reads them. Of ``whole`` periods
    everything is read, of those in ``totals`` the totals alone. Those in ``sums`` are added up, and their totals are
    read too, each for itself.
    """

    site: Site
    closed: Mapping[Period, Settings]
    whole: Collection[Period] = ()
    totals: Collection[Period] = ()
    sums: Sequence[PeriodSum] = ()

    @cached_property
    def whole_periods(self) -> set[Period]:
        """Periods of which everything is read. A sum of a single period is that period."""
        alone = (period for part in self.sums if not part.is_of_several for period in part.periods)
        return {*self._kept(self.whole), *alone}

    @property
    def periods_by_dimensions(self) -> dict[tuple[str, ...], set[Period]]:
        """The other periods, by the dimensions that are read of them."""
        others = {TOTALS: self._kept(self.totals)}
        for part in self._sums_of_several:
            for dimensions in (TOTALS, part.read_one_by_one):
                others.setdefault(dimensions, set()).update(part.periods)
        return {dimensions: periods - self.whole_periods for dimensions, periods in others.items() if dimensions}

    @property
    def database_sums(self) -> list[Summed]:
        """What the database adds up: for each sum the periods of one threshold together."""
        return [
            Summed(list(periods), part.added_by_database, threshold)
            for part in self._sums_of_several
            for threshold, periods in groupby(sorted(part.periods, key=self._threshold), key=self._threshold)
        ]

    @property
    def _sums_of_several(self) -> list[PeriodSum]:
        return [part for part in self.sums if part.is_of_several]

    def _threshold(self, period: Period) -> int:
        return self.closed[period].threshold

    def _kept(self, periods: Iterable[Period]) -> set[Period]:
        """Without days that are kept no longer, though some of their cells may not be deleted yet."""
        return {period for period in periods if not self.site.is_coarsened(period)}


def read(connection: Connection, query: Query) -> Published:
    """Read what a query asks for, in two statements at most."""
    key = query.site.key
    stored = cells.stored(connection, key, query.whole_periods, query.periods_by_dimensions)
    return Published(query.site, query.closed, stored, sums.read(connection, key, query.database_sums))


def closed(connection: Connection, site: Site, periods: Iterable[Period]) -> dict[Period, Settings]:
    """The settings of those of the periods that are closed and kept, in one query.

    While days are deleted, some at a time, none of them is told of any more.
    """
    kept = sorted({period.name for period in periods if not site.is_coarsened(period)})
    columns = (closed_periods.c[name] for name in ("period", *Settings._fields))
    query = select(*columns).where(closed_periods.c.site == site.key, closed_periods.c.period.in_(kept))
    return {Period.parse(name): Settings(*settings) for name, *settings in connection.execute(query).all()}


def sums_of_days(connection: Connection, site: Site, month: Period) -> PeriodCounts:
    """The closed days of a month added up as they are shown, for the dimensions that are counted by day."""
    days = closed(connection, site, month.days)
    counts = read(connection, Query(site, days, whole=days))
    sums = {
        name: numbers_of(counts.added_up(days, name)) for name, dimension in DIMENSIONS.items() if dimension.detailed
    }
    return {name: breakdown for name, breakdown in sums.items() if breakdown}


def detail(site: Site, closed: Mapping[Period, Settings], month: Period) -> str:
    """The resolution at which a month's breakdowns are counted."""
    settings = closed.get(month)
    return settings.detail if settings else site.timeline.in_month(month).notice.terms.detail
