"""From the counters of a tally to the counts of a period.

A *tally cell* belongs to one site and day and holds `hit.COUNTERS` counters. *Counts* belong to one cell of one
period: five integers in the order of `dimensions.MEASURES`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from consent_service.domain.calendar.periods import KINDS, Kind, Period, Periods
from consent_service.domain.counting import hit
from consent_service.domain.counting.dimensions import DIMENSIONS, NONE, OTHER

Counts: TypeAlias = list[int]
"""views, visits, visitors, engaged visits, engaged seconds"""

Breakdown: TypeAlias = dict[str, Counts]
"""counts by value"""

PeriodCounts: TypeAlias = dict[str, Breakdown]
"""breakdowns by dimension"""

VIEWS, VISITS, VISITORS, ENGAGED_VISITS, ENGAGED_SECONDS = range(5)

_FIRST_OF: dict[Kind, int] = {
    "day": hit.FIRST_OF_DAY,
    "week": hit.FIRST_OF_WEEK,
    "month": hit.FIRST_OF_MONTH,
    "year": hit.FIRST_OF_YEAR,
}
_VISITOR_CLASSES: dict[Kind, tuple[int, ...]] = {
    kind: tuple(number for number, flags in enumerate(hit.CLASSES) if flags & flag) for kind, flag in _FIRST_OF.items()
}


class TallyCell(NamedTuple):
    dimension: str
    value: str
    counters: Sequence[int]

    @property
    def visits(self) -> int:
        """Visits of every class together."""
        return sum(self.counters[: len(hit.CLASSES)])

    @property
    def hits(self) -> int:
        """Of the cell ``site``: the hits that were counted. Each view is either a visit's first or a repetition."""
        return self.visits + self.counters[hit.REPEATS] + self.counters[hit.FURTHER_HITS]


def counts_of(cell: TallyCell, kind: Kind) -> Counts:
    """What a tally cell adds to a period of this kind: its visitors are the visits flagged first of the kind."""
    counters, visits = cell.counters, cell.visits
    # A consent is its own support: whoever accepts is one, whenever they were last here.
    first = visits if cell.dimension == "consent" else sum(counters[n] for n in _VISITOR_CLASSES[kind])
    return [
        visits + counters[hit.REPEATS],
        visits,
        first,
        counters[hit.ENGAGED_VISITS],
        counters[hit.ENGAGED_SECONDS],
    ]


def periods_for(dimension: str, detail: Kind, periods: Periods) -> Iterator[tuple[Kind, Period]]:
    """The periods in which a dimension is counted: totals in all four, breakdowns at one resolution."""
    if DIMENSIONS[dimension].total:
        yield from zip(KINDS, periods, strict=True)
    elif DIMENSIONS[dimension].monthly or detail == "month":
        yield "month", periods.month
    else:
        yield "day", periods.day


def spread(cells: Iterable[TallyCell], detail: Kind, periods: Periods) -> Iterator[tuple[Period, str, str, Counts]]:
    """Yield (period, dimension, value, counts) for the cells of one site and day."""
    for cell in cells:
        for kind, period in periods_for(cell.dimension, detail, periods):
            yield period, cell.dimension, cell.value, counts_of(cell, kind)


def add(into: PeriodCounts, dimension: str, value: str, counts: Counts, expected: Collection[str] = ()) -> None:
    """Add counts to a cell; a new value without a seat goes into ``(other)``.

    ``expected`` are values without a cell for which seats are kept: others get one only while enough are left.
    """
    breakdown = into.setdefault(dimension, {})
    if value not in breakdown and not _has_seat(breakdown, DIMENSIONS[dimension].seats, value, expected):
        value = OTHER
    present = breakdown.get(value)
    breakdown[value] = counts if present is None else plus(present, counts)


def _has_seat(breakdown: Breakdown, seats: int, value: str, expected: Collection[str]) -> bool:
    if value in (NONE, OTHER):  # always there, and so beyond the seats
        return True
    free = seats - len(breakdown) + (NONE in breakdown) + (OTHER in breakdown)
    return free > (0 if value in expected else len(expected))


def cells_of(breakdowns: PeriodCounts) -> Iterator[tuple[str, str, Counts]]:
    """Yield (dimension, value, counts)."""
    for dimension, breakdown in breakdowns.items():
        for value, counts in breakdown.items():
            yield dimension, value, counts


def size_of(counts: PeriodCounts) -> int:
    """The number of cells."""
    return sum(len(breakdown) for breakdown in counts.values())


def plus(left: Counts, right: Counts) -> Counts:
    return [a + b for a, b in zip(left, right, strict=True)]


def minus(left: Counts, right: Counts) -> Counts:
    return [a - b for a, b in zip(left, right, strict=True)]


def together(left: Breakdown, right: Breakdown) -> Breakdown:
    """Two breakdowns as one: the cells of both, those of the same value added up."""
    both = {value: plus(left[value], right[value]) for value in left.keys() & right.keys()}
    return {**left, **right, **both}
