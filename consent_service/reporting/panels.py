"""The breakdowns of a report, each with what its numbers are of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from consent_service.domain.calendar.periods import Period
from consent_service.domain.calendar.ranges import PeriodOrRange
from consent_service.domain.counting.dimensions import DIMENSIONS, Dimension
from consent_service.domain.disclosure.shown import Shown, ShownBreakdown
from consent_service.domain.figures.figures import added_up
from consent_service.domain.figures.sources import Basis, Source, Sources
from consent_service.reporting.published import Published, Settings
from consent_service.reporting.sums_cache import SumsCache, key_of

MONTHLY = tuple(name for name, dimension in DIMENSIONS.items() if dimension.monthly)
DETAILED = tuple(name for name, dimension in DIMENSIONS.items() if dimension.detailed)


@dataclass(frozen=True)
class Panel:
    """One dimension's breakdown: of ``period``, or of closed parts of it added up."""

    dimension: Dimension
    basis: Basis
    period: PeriodOrRange
    is_open: bool
    threshold: int
    breakdown: ShownBreakdown
    is_published: bool
    """Whether its period, or a part of it, has totals: then an empty breakdown is a hidden one."""
    visits: Shown | None = None
    """All visits of its period, or of its parts: what shares are of. None where they are hidden."""
    is_whole: bool = True
    """False where the visits of a part are hidden, and so not among these."""


@dataclass(frozen=True)
class Sum:
    """Closed periods that are added up for some dimensions, all of which the month's settings hold for."""

    source: Source
    names: tuple[str, ...]
    periods: Sequence[Period]
    known: Mapping[str, ShownBreakdown] | None


def sums_of(
    site: str, sources: Sources, closed: Mapping[Period, Settings], sums_cache: SumsCache | None = None
) -> list[Sum]:
    """What has to be added up, and of what the sums are known."""
    return [
        _sum(site, source, names, closed, sums_cache)
        for source, names in ((sources.monthly, MONTHLY), (sources.detailed, DETAILED))
        if source.adds_up
    ]


def _sum(
    site: str, source: Source, names: tuple[str, ...], closed: Mapping[Period, Settings], sums_cache: SumsCache | None
) -> Sum:
    periods = [one for one in source.periods if one in closed]  # what is open is rounded, and does not add up
    known = sums_cache.get(key_of(site, names, periods, closed)) if sums_cache else None
    return Sum(source, names, periods, known)


def panels_of(
    read: Published,
    period: PeriodOrRange,
    month: Period,
    sources: Sources,
    sums: Sequence[Sum],
    sums_cache: SumsCache | None = None,
) -> Iterable[Panel]:
    """In the order of the dimensions: those that the month's notice declares, and those that have numbers."""
    declared = read.site.timeline.in_month(month).notice.terms.dimensions
    added = {name: panel for one in sums for name, panel in _added_up(read, period, month, one, sums_cache)}
    for name, dimension in DIMENSIONS.items():
        if dimension.total:
            continue
        source = sources.monthly if dimension.monthly else sources.detailed
        if source.adds_up and name not in added:
            continue
        panel = added[name] if source.adds_up else _own(read, dimension, source)
        if panel.breakdown or dimension.implied or name in declared:
            yield panel


def _added_up(
    read: Published, period: PeriodOrRange, month: Period, one: Sum, sums_cache: SumsCache | None
) -> Iterable[tuple[str, Panel]]:
    found = one.known
    if found is None:
        found = {name: read.summed(one.periods, name) for name in one.names}
        if sums_cache and len(one.periods) > 1:
            sums_cache.put(key_of(read.site.key, one.names, one.periods, read.closed), found)
    threshold = max(read.threshold(each) for each in one.periods or [month])
    totals = [shown for each in one.periods if (shown := read.totals(each))]
    visits, is_whole = added_up(totals).get("visits"), len(totals) == len(one.periods)
    for name in one.names:
        breakdown = found[name]
        yield (
            name,
            Panel(
                DIMENSIONS[name], one.source.basis, period, False, threshold, breakdown, bool(totals), visits, is_whole
            ),
        )


def _own(read: Published, dimension: Dimension, source: Source) -> Panel:
    period = source.periods[0]
    totals = read.totals(period)
    return Panel(
        dimension=dimension,
        basis=source.basis,
        period=period,
        is_open=period not in read.closed,
        threshold=read.threshold(period),
        breakdown=read.shown(period, dimension.name),
        is_published=totals is not None,
        visits=totals["visits"] if totals else None,
    )
