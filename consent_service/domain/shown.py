"""How a count may be shown: exactly, as "20 or more", or as fewer than the threshold k.

Whatever leaves `storage.reports` went through here. Sums, orders and rates are made of what is shown, never of
what is behind it, so that none of them can tell more than the numbers that they were made of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from consent_service.domain.counting import ENTRIES, VISITORS, Breakdown
from consent_service.domain.dimensions import MEASURES, OTHER, Dimension
from consent_service.domain.steps import in_steps
from consent_service.domain.suppression import hidden_singles

LEAST_BLOCKS_FOR_A_RATE = 10
"""Rounding takes up to one k off a number; with ten of them in the visits a rate is off by a tenth at most."""


@dataclass(frozen=True)
class Shown:
    """A count as it may be shown: ``number`` exactly, at least ``number``, or below ``number``, which is k then."""

    number: int
    sort: Literal["exact", "least", "below"] = "exact"

    @property
    def known(self) -> int:
        """What the count is known to reach: what bars, orders and rates are made of."""
        return 0 if self.sort == "below" else self.number

    def __str__(self) -> str:
        if self.sort == "below":
            return f"fewer than {self.number:,}"
        return f"{self.number:,} or more" if self.sort == "least" else f"{self.number:,}"


ShownCounts: TypeAlias = Mapping[str, Shown]
"""What is shown of a cell, by measure; what the dimension does not count is not in it."""

ShownBreakdown: TypeAlias = dict[str, ShownCounts]
"""what is shown of a breakdown, by value"""


def at_least(number: int, threshold: int) -> Shown:
    """A count of an open period: rounded down to a multiple of k."""
    least = in_steps(number, threshold)
    return Shown(least, "least") if least else Shown(threshold, "below")


def show(dimension: Dimension, cells: Breakdown, threshold: int, is_open: bool) -> ShownBreakdown:
    """What may be shown of one period's cells. A cell with a support below k is left out."""
    good = {value: counts for value, counts in cells.items() if counts[VISITORS] >= threshold}
    return (_show_open if is_open else _show_closed)(dimension, good, threshold)


def _show_open(dimension: Dimension, cells: Breakdown, threshold: int) -> ShownBreakdown:
    """Rounded down, and without entries: they add up over all pages to the visits, so that few entries of all the
    large pages would tell those of a small one.

    Nor are seconds told. Of one visit there may be many more than k, and rounded they would give its own away when the
    period is closed exactly.
    """
    return {
        value: {
            measure: at_least(number, threshold)
            for measure, number in zip(MEASURES, counts, strict=True)
            if measure in dimension.measures and measure not in ("entries", "engaged_seconds")
        }
        for value, counts in cells.items()
    }


def _show_closed(dimension: Dimension, cells: Breakdown, threshold: int) -> ShownBreakdown:
    """Exactly, but for single counts that are few."""
    hidden = hidden_singles(dimension, cells, threshold)
    return _show_but(hidden, dimension, cells, threshold)


def show_sum(dimension: Dimension, sums: Breakdown, threshold: int) -> ShownBreakdown:
    """What may be shown of closed days that were added up as they are shown, and stored as `numbers_of` gives it.

    A sum of nothing is one of which each day hides its part: what is shown of entries has at least k.
    """
    hidden = {(value, "entries") for value, counts in sums.items() if not counts[ENTRIES]}
    return _show_but(hidden, dimension, sums, threshold)


def _show_but(
    hidden: Collection[tuple[str, str]], dimension: Dimension, cells: Breakdown, threshold: int
) -> ShownBreakdown:
    """Exactly, but for what is hidden, by value and measure, and for what `folding` knows only the least of."""

    def shown(value: str, measure: str, number: int) -> Shown:
        if (value, measure) in hidden:
            return Shown(threshold, "below")
        return Shown(number, "least" if dimension.many and (value, measure) == (OTHER, "visitors") else "exact")

    return {
        value: {
            measure: shown(value, measure, number)
            for measure, number in zip(MEASURES, counts, strict=True)
            if measure in dimension.measures
        }
        for value, counts in cells.items()
    }


def numbers_of(breakdown: ShownBreakdown) -> Breakdown:
    """What the counts are known to reach, with the measures that are not counted as 0."""
    return {
        value: [counts[measure].known if measure in counts else 0 for measure in MEASURES]
        for value, counts in breakdown.items()
    }


def added_up(parts: Iterable[ShownBreakdown]) -> ShownBreakdown:
    """Closed parts of a longer period added up. A count that is hidden in a part adds nothing to the sum.

    Otherwise the sum less the parts that are shown would give the hidden one away. What every part hides stays
    hidden.
    """
    total: dict[str, dict[str, Shown]] = {}
    for part in parts:
        for value, counts in part.items():
            into = total.setdefault(value, {})
            for measure, count in counts.items():
                into[measure] = _plus(into[measure], count) if measure in into else count
    return dict(total)


def _plus(left: Shown, right: Shown) -> Shown:
    if left.sort == "below" and right.sort == "below":
        return max(left, right, key=lambda shown: shown.number)
    return Shown(left.known + right.known, "least" if "least" in (left.sort, right.sort) else "exact")


class Rate(NamedTuple):
    """``about`` says that it was made of rounded numbers."""

    value: float
    about: bool


def per_visit(totals: ShownCounts, measure: str, threshold: int) -> Rate | None:
    """How much of a measure falls on one visit; None if it cannot be said."""
    count, visits = totals.get(measure), totals["visits"]
    if count is None or not count.known or not _may_divide(visits, threshold):
        return None
    return Rate(count.known / visits.known, visits.sort == "least")


def bounces(totals: ShownCounts, threshold: int) -> Rate | None:
    """The share of visits without a second view, from 0 to 1; None if it or its complement rests on fewer than k."""
    engaged, visits = totals["engaged_visits"], totals["visits"]
    about = visits.sort == "least"
    # Of two numbers rounded down, the difference may be k too large.
    margin = 2 * threshold if about else threshold
    bounced = visits.known - engaged.known
    if engaged.known < threshold or bounced < margin or not _may_divide(visits, threshold):
        return None
    return Rate(bounced / visits.known, about)


def _may_divide(visits: Shown, threshold: int) -> bool:
    least = LEAST_BLOCKS_FOR_A_RATE * threshold if visits.sort == "least" else 1
    return visits.known >= least
