"""The breakdowns of a report, each with what its numbers are of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from consent_service.domain.calendar.periods import Period
from consent_service.domain.calendar.ranges import PeriodOrRange
from consent_service.domain.counting.dimensions import DIMENSIONS, MISSING, Dimension
from consent_service.domain.disclosure.shown import Shown, ShownBreakdown, ShownCounts
from consent_service.domain.figures import parts as value_parts
from consent_service.domain.figures.coverage import Coverage, coverage_of
from consent_service.domain.figures.figures import added_up
from consent_service.domain.figures.sources import SUMS, Basis, Source, Sources
from consent_service.reporting.published import PeriodSum, Published, Settings
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
    totals: ShownCounts | None = None
    """Of its period, or of its parts added up: what shares are of. None where they are hidden."""
    is_whole: bool = True
    """False where the totals of a part are hidden, and so not among these."""
    part: str = ""
    """The part of its values by which it is added up, or `MISSING` of the pages that were not found."""
    base: Panel | None = None
    """The panel of whose shown rows it is made, where it has a ``part``."""

    @property
    def name(self) -> str:
        """``campaign``, ``by-source``, ``missing``"""
        if self.part in ("", MISSING):
            return self.part or self.dimension.name
        return f"by-{self.part}"

    @property
    def is_sum(self) -> bool:
        return self.basis in SUMS

    @property
    def visits(self) -> Shown | None:
        """All visits of its period, as far as they are known."""
        return self._known_totals.get("visits")

    @property
    def _known_totals(self) -> ShownCounts:
        """Of its period; lower bounds where those of a part are hidden."""
        totals = self.totals or {}
        if self.is_whole:
            return totals
        return {measure: count._replace(sort="least") for measure, count in totals.items()}

    @property
    def coverage(self) -> Coverage | None:
        """How much of its period its rows hold; of a panel that is made of another one, how much the other one's do."""
        if self.base:
            return self.base.coverage
        return coverage_of(self.dimension, self.breakdown, self._known_totals)


def by_part(panel: Panel, part: str) -> Panel:
    """The panel of the same rows, added up by a part of their values."""
    return replace(
        panel, part=part, base=panel, breakdown=value_parts.by_part(panel.dimension.name, part, panel.breakdown)
    )


def made_of(panel: Panel) -> Iterator[Panel]:
    """The further panels that are made of the rows of this one."""
    if panel.dimension.name == "page":
        yield replace(panel, part=MISSING, base=panel, breakdown=value_parts.not_found(panel.breakdown))
    for part in value_parts.PARTS.get(panel.dimension.name, ()):
        yield by_part(panel, part)


@dataclass(frozen=True)
class PanelSum:
    """A sum that panels show, all of whose periods the month's settings hold for; with what the cache has of it."""

    basis: Basis
    parts: PeriodSum
    cached: Mapping[str, ShownBreakdown] | None


def sums_of(
    site: str, sources: Sources, closed: Mapping[Period, Settings], sums_cache: SumsCache | None = None
) -> list[PanelSum]:
    """What has to be added up, and which of the sums are known."""
    return [
        _sum(site, source, dimensions, closed, sums_cache)
        for source, dimensions in ((sources.monthly, MONTHLY), (sources.detailed, DETAILED))
        if source.is_sum
    ]


def _sum(
    site: str,
    source: Source,
    dimensions: tuple[str, ...],
    closed: Mapping[Period, Settings],
    sums_cache: SumsCache | None,
) -> PanelSum:
    periods = tuple(period for period in source.periods if period in closed)  # an open one is rounded: it adds nothing
    cached = sums_cache.get(key_of(site, dimensions, periods, closed)) if sums_cache else None
    return PanelSum(source.basis, PeriodSum(dimensions, periods), cached)


def unknown(sums: Sequence[PanelSum]) -> list[PeriodSum]:
    """Those that the cache does not have, and that must be read."""
    return [panel_sum.parts for panel_sum in sums if panel_sum.cached is None]


def panels_of(
    counts: Published,
    period: PeriodOrRange,
    month: Period,
    sources: Sources,
    sums: Sequence[PanelSum],
    sums_cache: SumsCache | None = None,
) -> Iterator[Panel]:
    """In the order of the dimensions: those that the month's notice declares, and those that have numbers."""
    declared = counts.site.timeline.in_month(month).notice.terms.dimensions
    of_sums = {
        panel.dimension.name: panel
        for panel_sum in sums
        for panel in _panels_of_sum(counts, period, month, panel_sum, sums_cache)
    }
    for name, dimension in DIMENSIONS.items():
        if dimension.total:
            continue
        source = sources.monthly if dimension.monthly else sources.detailed
        if source.is_sum and name not in of_sums:
            continue
        panel = of_sums[name] if source.is_sum else _own(counts, dimension, source)
        if panel.breakdown or dimension.implied or name in declared:
            yield panel


def _panels_of_sum(
    counts: Published, period: PeriodOrRange, month: Period, panel_sum: PanelSum, sums_cache: SumsCache | None
) -> Iterator[Panel]:
    parts = panel_sum.parts
    breakdowns = _add_up(counts, parts, sums_cache) if panel_sum.cached is None else panel_sum.cached
    totals = [shown for part in parts.periods if (shown := counts.totals(part))]
    threshold, together = max(map(counts.threshold, parts.periods or [month])), added_up(totals) or None
    for name in parts.dimensions:
        yield Panel(
            dimension=DIMENSIONS[name],
            basis=panel_sum.basis,
            period=period,
            is_open=False,
            threshold=threshold,
            breakdown=breakdowns[name],
            is_published=bool(totals),
            totals=together,
            is_whole=len(totals) == len(parts.periods),
        )


def _add_up(counts: Published, parts: PeriodSum, sums_cache: SumsCache | None) -> Mapping[str, ShownBreakdown]:
    breakdowns = {name: counts.summed(parts.periods, name) for name in parts.dimensions}
    if sums_cache and parts.is_of_several:
        sums_cache.put(key_of(counts.site.key, parts.dimensions, parts.periods, counts.closed), breakdowns)
    return breakdowns


def _own(counts: Published, dimension: Dimension, source: Source) -> Panel:
    period = source.periods[0]
    totals = counts.totals(period)
    return Panel(
        dimension=dimension,
        basis=source.basis,
        period=period,
        is_open=period not in counts.closed,
        threshold=counts.threshold(period),
        breakdown=counts.shown(period, dimension.name),
        is_published=totals is not None,
        totals=totals,
    )
