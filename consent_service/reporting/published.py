"""Cells of some periods, and the settings of those that are closed, read together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from types import MappingProxyType
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
        made = part_of_sums if is_sum(self.closed[period], period, dimension) else part_of
        return made(dimension, self._cells(period, dimension.name), self.threshold(period))

    def _cells(self, period: Period, name: str) -> Breakdown:
        return self.stored.get(period, {}).get(name, {})

    def breakdowns(self, period: Period) -> dict[str, ShownBreakdown]:
        """Everything that is shown of a period, by dimension; the totals under ``site``."""
        totals = self.totals(period)
        found = {name: self.shown(period, name) for name, one in DIMENSIONS.items() if not one.total}
        return {**found, "site": {"": totals} if totals else {}}

    def totals(self, period: Period) -> ShownCounts | None:
        """None where they may not be shown. Engaged seconds are among them where k visitors reported some."""
        if period not in self._totals:
            self._totals[period] = self._read_totals(period)
        return self._totals[period]

    def _read_totals(self, period: Period) -> ShownCounts | None:
        totals = self.shown(period, "site").get("")
        seconds = self.shown(period, "engagement").get("", {}).get("engaged_seconds")
        return totals if totals is None or seconds is None else {**totals, "engaged_seconds": seconds}


def is_sum(settings: Settings, period: Period, dimension: Dimension) -> bool:
    """Whether the cells of a closed period are those of days, added up."""
    return dimension.detailed and settings.detail == "day" and period.kind == "month"


def read(
    connection: Connection,
    site: Site,
    settings: Mapping[Period, Settings],
    periods: Iterable[Period],
    totals_of: Iterable[Period] = (),
    sums_of: Mapping[tuple[str, ...], Sequence[Period]] = _NOTHING,
) -> Published:
    """In two queries at most. ``settings`` are as `closed` gives them, for all of the periods.

    Of ``periods`` everything is read, of others the totals alone. ``sums_of`` gives, by dimensions, closed periods that
    are to be added up; of them the totals are read too, each for itself. Days that are kept no longer are left out,
    though some of their cells may not be deleted yet.
    """
    periods, totals_of = ({one for one in some if not site.is_coarsened(one)} for some in (periods, totals_of))
    several = {names: parts for names, parts in sums_of.items() if len(parts) > 1}
    whole = {*periods, *(part for parts in sums_of.values() if len(parts) == 1 for part in parts)}
    some_of: dict[tuple[str, ...], Collection[Period]] = {
        TOTALS: {*totals_of, *chain.from_iterable(several.values())} - whole
    }
    wanted: list[Summed] = []
    for names, parts in several.items():
        one_by_one = tuple(name for name in names if DIMENSIONS[name].hides_singles)
        some_of[one_by_one] = set(parts) - whole if one_by_one else ()
        wanted += _summed(parts, [name for name in names if name not in one_by_one], settings)
    stored = cells.stored(connection, site.key, whole, some_of)
    return Published(site, settings, stored, sums.read(connection, site.key, wanted))


def _summed(parts: Sequence[Period], names: Sequence[str], settings: Mapping[Period, Settings]) -> Iterable[Summed]:
    for threshold in {settings[part].threshold for part in parts}:
        yield Summed([part for part in parts if settings[part].threshold == threshold], names, threshold)


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
    settings = closed(connection, site, month.days)
    found = read(connection, site, settings, settings)
    added = {
        name: numbers_of(found.added_up(settings, name)) for name, dimension in DIMENSIONS.items() if dimension.detailed
    }
    return {name: breakdown for name, breakdown in added.items() if breakdown}


def detail(site: Site, settings: Mapping[Period, Settings], month: Period) -> str:
    """The resolution at which a month's breakdowns are counted."""
    found = settings.get(month)
    return found.detail if found else site.timeline.in_month(month).notice.terms.detail
