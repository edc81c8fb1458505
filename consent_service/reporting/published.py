"""Cells of some periods, and the settings of those that are closed, read together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import Connection, select

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting.counts import VISITORS, Counts
from consent_service.domain.counting.dimensions import DIMENSIONS, MEASURES, TOTALS
from consent_service.domain.disclosure.publication import PublishedRow
from consent_service.domain.disclosure.shown import ShownBreakdown, ShownCounts, marks_of, show_open, show_row
from consent_service.domain.site import Site
from consent_service.reporting import sums
from consent_service.reporting.sums import Summed
from consent_service.storage.counts import cells
from consent_service.storage.counts.cells import MarkedCounts
from consent_service.storage.tables import closed_periods

_NOTHING: Mapping[tuple[str, ...], Sequence[Period]] = MappingProxyType({})


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
    stored: Mapping[Period, Mapping[str, Mapping[str, MarkedCounts]]]
    sums: Mapping[str, ShownBreakdown] = field(default_factory=dict)
    """By dimension: closed periods that the database has added up."""
    _totals: dict[Period, ShownCounts | None] = field(default_factory=dict)

    def threshold(self, period: Period) -> int:
        """The k with which a period was closed, or with which an open one is rounded."""
        settings = self.closed.get(period)
        return settings.threshold if settings else self.site.timeline.threshold(period)

    def shown(self, period: Period, name: str) -> ShownBreakdown:
        dimension, threshold = DIMENSIONS[name], self.threshold(period)
        rows = {value: row for value, row in self._rows(period, name).items() if row.counts[VISITORS] >= threshold}
        if period in self.closed:
            return {value: show_row(dimension, row.counts, row.marks) for value, row in rows.items()}
        return show_open(dimension, {value: row.counts for value, row in rows.items()}, threshold)

    def summed(self, periods: Sequence[Period], name: str) -> ShownBreakdown:
        """What is shown of closed periods that were read to be added up for this dimension."""
        return self.shown(periods[0], name) if len(periods) == 1 else self.sums.get(name, {})

    def _rows(self, period: Period, name: str) -> Mapping[str, MarkedCounts]:
        return self.stored.get(period, {}).get(name, {})

    def breakdowns(self, period: Period) -> dict[str, ShownBreakdown]:
        """Everything that is shown of a period, by dimension; the totals under ``site``."""
        totals = self.totals(period)
        shown = {name: self.shown(period, name) for name, dimension in DIMENSIONS.items() if not dimension.total}
        return {**shown, "site": {"": totals} if totals else {}}

    def totals(self, period: Period) -> ShownCounts | None:
        """None where they may not be shown. Engaged seconds are among them where k visitors reported some."""
        if period not in self._totals:
            self._totals[period] = self._read_totals(period)
        return self._totals[period]

    def _read_totals(self, period: Period) -> ShownCounts | None:
        totals = self.shown(period, "site").get("")
        seconds = self.shown(period, "engagement").get("", {}).get("engaged_seconds")
        return totals if totals is None or seconds is None else {**totals, "engaged_seconds": seconds}


class PeriodSum(NamedTuple):
    """Closed periods that are added up for some dimensions."""

    dimensions: tuple[str, ...]
    periods: tuple[Period, ...]

    @property
    def is_of_several(self) -> bool:
        return len(self.periods) > 1


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
    def totals_alone(self) -> set[Period]:
        """The other periods, of which the totals are read."""
        summed = (period for part in self._sums_of_several for period in part.periods)
        return {*self._kept(self.totals), *summed} - self.whole_periods

    @property
    def database_sums(self) -> list[Summed]:
        """What the database adds up."""
        return [Summed(part.periods, part.dimensions) for part in self._sums_of_several]

    @property
    def _sums_of_several(self) -> list[PeriodSum]:
        return [part for part in self.sums if part.is_of_several]

    def _kept(self, periods: Iterable[Period]) -> set[Period]:
        """Without days that are kept no longer, though some of their cells may not be deleted yet."""
        return {period for period in periods if not self.site.is_coarsened(period)}


def read(connection: Connection, query: Query) -> Published:
    """Read what a query asks for, in two statements at most."""
    key = query.site.key
    stored = cells.marked(connection, key, query.whole_periods, {TOTALS: query.totals_alone})
    return Published(query.site, query.closed, stored, sums.read(connection, key, query.database_sums))


def closed(connection: Connection, site: Site, periods: Iterable[Period]) -> dict[Period, Settings]:
    """The settings of those of the periods that are closed and kept, in one query.

    While days are deleted, some at a time, none of them is told of any more.
    """
    kept = sorted({period.name for period in periods if not site.is_coarsened(period)})
    columns = (closed_periods.c[name] for name in ("period", *Settings._fields))
    query = select(*columns).where(closed_periods.c.site == site.key, closed_periods.c.period.in_(kept))
    return {Period.parse(name): Settings(*settings) for name, *settings in connection.execute(query).all()}


def sums_of_days(connection: Connection, site: Site, month: Period) -> list[PublishedRow]:
    """The rows of a month's closed days added up, for the dimensions that are counted by day.

    A day that is not closed, or of which nothing is shown, leaves every sum a lower bound.
    """
    settings = closed(connection, site, month.days)
    names = [name for name, dimension in DIMENSIONS.items() if dimension.detailed]
    days = [day for day in month.days if day.last >= site.created_on]
    sums_by_name = sums.read(connection, site.key, [Summed(days, names)]) if settings else {}
    return [
        PublishedRow(name, value, _numbers(counts), marks_of(counts))
        for name, breakdown in sums_by_name.items()
        for value, counts in breakdown.items()
    ]


def _numbers(counts: ShownCounts) -> Counts:
    return [counts[measure].number if measure in counts else 0 for measure in MEASURES]


def detail(site: Site, settings: Mapping[Period, Settings], month: Period) -> str:
    """The resolution at which a month's breakdowns are counted."""
    of_month = settings.get(month)
    return of_month.detail if of_month else site.timeline.in_month(month).notice.terms.detail
