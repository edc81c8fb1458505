"""The breakdowns of a report, each with what its numbers are of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from consent_service.domain.dimensions import DIMENSIONS, Dimension
from consent_service.domain.figures import added_up
from consent_service.domain.shown import Shown, ShownBreakdown
from consent_service.domain.sources import Basis, Source, Sources
from consent_service.storage.published import Published, Settings

MONTHLY = tuple(name for name, dimension in DIMENSIONS.items() if dimension.monthly)
DETAILED = tuple(name for name, dimension in DIMENSIONS.items() if dimension.detailed)


@dataclass(frozen=True)
class Panel:
    """One dimension's breakdown: of ``period``, or of closed parts of it added up."""

    dimension: Dimension
    basis: Basis
    period: str
    is_open: bool
    threshold: int
    breakdown: ShownBreakdown
    is_published: bool
    """Whether its period, or a part of it, has totals: then an empty breakdown is a hidden one."""
    visits: Shown | None = None
    """All visits of its period, or of its parts: what shares are of. None where they are hidden."""


def panels_of(read: Published, period: str, month: str, sources: Sources) -> Iterable[Panel]:
    """In the order of the dimensions: those that the month's notice declares, and those that have numbers."""
    declared = read.site.timeline.in_month(month).notice.terms.dimensions
    for dimension in DIMENSIONS.values():
        if dimension.total:
            continue
        source = sources.monthly if dimension.monthly else sources.detailed
        panel = _added_up(read, dimension, period, month, source) if source.adds_up else _own(read, dimension, source)
        if panel.breakdown or dimension.implied or dimension.name in declared:
            yield panel


def _added_up(read: Published, dimension: Dimension, period: str, month: str, source: Source) -> Panel:
    parts = to_add(source, read.closed)
    totals = [found for one in parts if (found := read.totals(one))]
    return Panel(
        dimension=dimension,
        basis=source.basis,
        period=period,
        is_open=False,
        threshold=max(read.threshold(one) for one in parts or [month]),
        breakdown=read.summed(parts, dimension.name),
        is_published=bool(totals),
        visits=added_up(totals).get("visits"),
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


def to_add(source: Source, closed: Mapping[str, Settings]) -> list[str]:
    """The parts that are added up: the closed ones alone, for what is rounded does not add up. None of one period."""
    return [one for one in source.periods if one in closed] if source.adds_up else []
