"""How a count may be shown: exactly, as "20 or more", or not at all.

Whatever leaves `reporting` went through here. Sums, orders and rates are made of what is shown, never of what is
behind it, so that none of them can tell more than the numbers that they were made of, and each carries their marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from consent_service.domain.counting.counts import Breakdown, Counts
from consent_service.domain.counting.dimensions import MEASURES, Dimension
from consent_service.domain.disclosure import marks
from consent_service.domain.disclosure.marks import HIDDEN, LEAST, SUM
from consent_service.domain.disclosure.rounding import in_steps

LEAST_BLOCKS_FOR_A_RATE = 10
"""Rounding takes up to one k off a number; with ten of them in the visits a rate is off by a tenth at most."""

Sort: TypeAlias = Literal["exact", "least", "hidden"]


class Shown(NamedTuple):
    """A count as it may be shown: ``number`` exactly, at least ``number``, or no number at all, which is then 0.

    ``summed`` says that it is made of the visitors of several periods, in which a person may count twice.
    A tuple: a page makes tens of thousands, and a frozen dataclass takes three times as long.
    """

    number: int
    sort: Sort = "exact"
    summed: bool = False

    @property
    def known(self) -> int:
        """What the count is known to reach: what bars, orders and rates are made of."""
        return self.number

    @property
    def is_exact(self) -> bool:
        return self.sort == "exact"

    def __str__(self) -> str:
        if self.sort == "hidden":
            return "hidden"
        return f"{self.number:,} or more" if self.sort == "least" else f"{self.number:,}"


UNSHOWN = Shown(0, "hidden")

ShownCounts: TypeAlias = Mapping[str, Shown]
"""What is shown of a cell, by measure; what the dimension does not count is not in it."""

ShownBreakdown: TypeAlias = dict[str, ShownCounts]
"""what is shown of a breakdown, by value"""


def at_least(number: int, threshold: int) -> Shown:
    """A count of an open period: rounded down to a multiple of k."""
    least = in_steps(number, threshold)
    return Shown(least, "least") if least else UNSHOWN


def show_row(dimension: Dimension, counts: Counts, text: str) -> ShownCounts:
    """The counts of a published row, as its marks say."""
    sorts = _sorts_of(text)
    return {
        measure: UNSHOWN if sort == "hidden" else Shown(number, sort, summed)
        for measure, number, (sort, summed) in zip(MEASURES, counts, sorts, strict=True)
        if measure in dimension.measures
    }


@lru_cache(256)
def _sorts_of(text: str) -> Sequence[tuple[Sort, bool]]:
    """For each measure how its count is shown, and whether it is a sum of visitors."""
    marked = marks.read(text)
    return [_sort_of(marked.get(measure, frozenset())) for measure in MEASURES]


def _sort_of(some: frozenset[str]) -> tuple[Sort, bool]:
    sort: Sort = "hidden" if HIDDEN in some else "least" if LEAST in some else "exact"
    return sort, SUM in some


def marks_of(counts: ShownCounts) -> str:
    """The marks of shown counts, as text."""
    marked = {measure: _marks_of(shown) for measure, shown in counts.items()}
    return marks.written(marked)


def _marks_of(shown: Shown) -> list[str]:
    if shown.sort == "hidden":
        return [HIDDEN]
    return [*([LEAST] if shown.sort == "least" else []), *([SUM] if shown.summed else [])]


def show_open(dimension: Dimension, cells: Breakdown, threshold: int) -> ShownBreakdown:
    """The stored cells of an open period, rounded down.

    No seconds are told. Of one visit there may be many more than k, and rounded they would give its own away when the
    period is closed exactly.
    """
    return {
        value: {
            measure: at_least(number, threshold)
            for measure, number in zip(MEASURES, counts, strict=True)
            if measure in dimension.measures and measure != "engaged_seconds"
        }
        for value, counts in cells.items()
    }


def add_up_counts(rows: Sequence[ShownCounts], parts: int) -> ShownCounts:
    """The sums of a value's rows in so many closed periods; visitors are marked as added up.

    A sum is exact where each part shows the count exactly. A part without a row of the value may have folded it.
    """
    return {
        measure: sum_of([row[measure] for row in rows if measure in row], parts, measure == "visitors")
        for measure in dict.fromkeys(measure for row in rows for measure in row)
    }


def sum_of(counts: Iterable[Shown], parts: int, is_visitors: bool = False) -> Shown:
    """One measure over so many parts, of which some may be missing here."""
    counts = list(counts)
    told = [count for count in counts if count.sort != "hidden"]
    if not told:
        return UNSHOWN
    is_exact = len(told) == parts and all(count.is_exact for count in told)
    summed = (is_visitors and parts > 1) or any(count.summed for count in told)
    return Shown(sum(count.number for count in told), "exact" if is_exact else "least", summed)


class Rate(NamedTuple):
    """``about`` says that it was made of numbers that are not exact."""

    value: float
    about: bool


def per_visit(totals: ShownCounts, measure: str, threshold: int) -> Rate | None:
    """How much of a measure falls on one visit; None if it cannot be said."""
    count, visits = totals.get(measure), totals["visits"]
    if count is None or not count.known or not may_divide(visits, threshold):
        return None
    return Rate(count.known / visits.known, not (visits.is_exact and count.is_exact))


def bounces(totals: ShownCounts, threshold: int) -> Rate | None:
    """The share of visits without a second view, from 0 to 1; None if it or its complement rests on fewer than k."""
    engaged, visits = totals["engaged_visits"], totals["visits"]
    rate = share(engaged, visits, threshold)
    return Rate((visits.known - engaged.known) / visits.known, rate.about) if rate else None


def share(part: Shown, whole: Shown, threshold: int) -> Rate | None:
    """A part of all visits, from 0 to 1; None if it or its complement rests on fewer than k."""
    about = not (whole.is_exact and part.is_exact)
    # Of two numbers rounded down, the difference may be k too large.
    margin = 2 * threshold if not whole.is_exact else threshold
    if part.known < threshold or whole.known - part.known < margin or not may_divide(whole, threshold):
        return None
    return Rate(part.known / whole.known, about)


def may_divide(visits: Shown, threshold: int) -> bool:
    """Whether so many visits make a rate that rounding hardly moves."""
    least = LEAST_BLOCKS_FOR_A_RATE * threshold if visits.sort == "least" else 1
    return visits.known >= least
