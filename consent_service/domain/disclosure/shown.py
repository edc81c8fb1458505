"""How a count may be shown: exactly, as "20 or more", or as fewer than the threshold k.

Whatever leaves `storage.reports` went through here. Sums, orders and rates are made of what is shown, never of
what is behind it, so that none of them can tell more than the numbers that they were made of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from operator import add
from typing import Literal, NamedTuple, TypeAlias

from consent_service.domain.counting.counts import ENTRIES, VISITORS, Breakdown
from consent_service.domain.counting.dimensions import MEASURES, OTHER, Dimension
from consent_service.domain.disclosure.rounding import in_steps
from consent_service.domain.disclosure.suppression import hidden_singles

LEAST_BLOCKS_FOR_A_RATE = 10
"""Rounding takes up to one k off a number; with ten of them in the visits a rate is off by a tenth at most."""

UNKNOWN = -1
"""In the place of a count of a closed cell that came from an archive, in which it is hidden."""


class Shown(NamedTuple):
    """A count as it may be shown: ``number`` exactly, at least ``number``, or below ``number``, which is k then.

    A tuple: a page makes tens of thousands, and a frozen dataclass takes three times as long.
    """

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


def exactly(number: int, threshold: int) -> Shown | None:
    """The visitors of a closed period; None below k."""
    return Shown(number) if number >= threshold else None


class Part(NamedTuple):
    """The cells of a closed period that may be shown, and which (value, measure) pairs of them may not."""

    cells: Breakdown
    hidden: Collection[tuple[str, str]]
    threshold: int


def part_of(dimension: Dimension, cells: Breakdown, threshold: int) -> Part:
    """A closed period's cells. Those with a support below k are left out, and single counts that are few are hidden.

    Of a breakdown that came from an archive those are hidden that were hidden there.
    """
    good = _supported(cells, threshold)
    return Part(good, _unknown(good) or hidden_singles(dimension, good, threshold), threshold)


def _unknown(cells: Breakdown) -> set[tuple[str, str]]:
    return {
        (value, measure)
        for value, counts in cells.items()
        if UNKNOWN in counts
        for measure, number in zip(MEASURES, counts, strict=True)
        if number == UNKNOWN
    }


def part_of_sums(dimension: Dimension, sums: Breakdown, threshold: int) -> Part:
    """Closed days that were added up as they are shown, and stored as `numbers_of` gives it.

    A sum of nothing is one of which each day hides its part: what is shown of entries has at least k.
    """
    counts_entries = "entries" in dimension.measures
    hidden = {(value, "entries") for value, counts in sums.items() if counts_entries and not counts[ENTRIES]}
    return Part(sums, hidden, threshold)


def show_closed(dimension: Dimension, *parts: Part) -> ShownBreakdown:
    """A closed period, or several added up. A count that is hidden in a part adds nothing to the sum.

    Otherwise the sum less the parts that are shown would give the hidden one away. What every part hides stays
    hidden. Of ``(other)``, where a visit may touch several values, `folding` knows only the least of the visitors.
    """
    measures = [(place, measure) for place, measure in enumerate(MEASURES) if measure in dimension.measures]
    sums = _sums(parts)
    shown = {value: {measure: Shown(counts[place]) for place, measure in measures} for value, counts in sums.items()}
    if dimension.many and OTHER in shown:
        shown[OTHER]["visitors"] = shown[OTHER]["visitors"]._replace(sort="least")
    for (value, measure), thresholds in _hidden(parts).items():
        if len(thresholds) == sum(value in part.cells for part in parts):
            shown[value][measure] = Shown(max(thresholds), "below")
    return dict(shown)


def _sums(parts: Iterable[Part]) -> Breakdown:
    total: Breakdown = {}
    for part in parts:
        for value, counts in part.cells.items():
            total[value] = list(map(add, total[value], counts)) if value in total else list(counts)
        for value, measure in part.hidden:
            place = MEASURES.index(measure)
            total[value][place] -= part.cells[value][place]
    return total


def _hidden(parts: Iterable[Part]) -> dict[tuple[str, str], list[int]]:
    """The thresholds of the parts that hide a count."""
    thresholds: dict[tuple[str, str], list[int]] = {}
    for part in parts:
        for pair in part.hidden:
            thresholds.setdefault(pair, []).append(part.threshold)
    return thresholds


def show_open(dimension: Dimension, cells: Breakdown, threshold: int) -> ShownBreakdown:
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
        for value, counts in _supported(cells, threshold).items()
    }


def _supported(cells: Breakdown, threshold: int) -> Breakdown:
    return {value: counts for value, counts in cells.items() if counts[VISITORS] >= threshold}


def numbers_of(breakdown: ShownBreakdown) -> Breakdown:
    """What the counts are known to reach, with the measures that are not counted as 0."""
    return {
        value: [counts[measure].known if measure in counts else 0 for measure in MEASURES]
        for value, counts in breakdown.items()
    }


class Rate(NamedTuple):
    """``about`` says that it was made of rounded numbers."""

    value: float
    about: bool


def per_visit(totals: ShownCounts, measure: str, threshold: int) -> Rate | None:
    """How much of a measure falls on one visit; None if it cannot be said."""
    count, visits = totals.get(measure), totals["visits"]
    if count is None or not count.known or not may_divide(visits, threshold):
        return None
    return Rate(count.known / visits.known, visits.sort == "least")


def bounces(totals: ShownCounts, threshold: int) -> Rate | None:
    """The share of visits without a second view, from 0 to 1; None if it or its complement rests on fewer than k."""
    engaged, visits = totals["engaged_visits"], totals["visits"]
    engaged_share = share(engaged, visits, threshold)
    return Rate((visits.known - engaged.known) / visits.known, engaged_share.about) if engaged_share else None


def share(part: Shown, whole: Shown, threshold: int) -> Rate | None:
    """A part of all visits, from 0 to 1; None if it or its complement rests on fewer than k."""
    about = whole.sort == "least"
    # Of two numbers rounded down, the difference may be k too large.
    margin = 2 * threshold if about else threshold
    if part.known < threshold or whole.known - part.known < margin or not may_divide(whole, threshold):
        return None
    return Rate(part.known / whole.known, about)


def may_divide(visits: Shown, threshold: int) -> bool:
    """Whether so many visits make a rate that rounding hardly moves."""
    least = LEAST_BLOCKS_FOR_A_RATE * threshold if visits.sort == "least" else 1
    return visits.known >= least
