"""Folding: what is published of a breakdown once its period is over.

Cells that reach k are published as they are, the others together as ``(other)``, and as many of the shown ones go
with them as it takes until nobody can work out one of the small ones: not from ``(other)``, not from the period's
total, and not from what the open period showed before. The attacker who tries, for every table of up to four cells,
is in `tests/privacy/test_08_what_is_hidden_cannot_be_worked_out.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from consent_service.domain.counting.counts import VISITORS, VISITS, Breakdown, Counts, minus, plus
from consent_service.domain.counting.dimensions import MEASURES, OTHER, Dimension

Draw = Callable[[str], bytes]
"""A keyed hash of a value, bound to service key, site, period and dimension: nobody can foresee its order."""


def close_breakdown(
    dimension: Dimension,
    cells: Breakdown,
    stored: Breakdown,
    threshold: int,
    draw: Draw,
    total: Counts | None = None,
    handed: int = 0,
) -> Breakdown:
    """The cells to publish; none where nothing can be published safely.

    ``stored`` is what the open period last wrote, with ``handed`` visits that machines have added since; ``total`` is
    the period's ``site`` cell, if there is one. Until ``(other)`` is safe, one more cell, in the order of the keyed
    hash, is folded in.
    """
    if stored and _adds_one_visit(dimension, cells, stored, handed):
        return {}
    folded = {value: counts for value, counts in cells.items() if value == OTHER or counts[VISITORS] < threshold}
    shown = {value: counts for value, counts in cells.items() if value not in folded}
    if not folded:
        return shown
    for value in [*sorted(shown, key=draw), None]:
        fold = Fold(dimension, folded, stored, threshold, total)
        if fold.is_safe:
            return {**shown, OTHER: fold.counts}
        if value is not None:
            folded[value] = shown.pop(value)
    return {}


def _adds_one_visit(dimension: Dimension, cells: Breakdown, stored: Breakdown, handed: int) -> bool:
    """Whether a single visit came since the last release, where every visit falls into one value.

    Such a breakdown is never published. If it were, whenever that visit fell into a shown cell, then its absence
    would say that it fell into another: the total tells that there was one.
    """
    added = _sum(cells.values())[VISITS] - _sum(stored.values())[VISITS] + handed
    return added == 1 and not dimension.many


@dataclass(frozen=True)
class Fold:
    """Cells that would go into ``(other)`` together."""

    dimension: Dimension
    cells: Breakdown
    stored: Breakdown
    threshold: int
    total: Counts | None

    @property
    def is_safe(self) -> bool:
        """At least two values, a support of k, and k more than what is known of them, in more than one way."""
        return (
            len(self.cells) >= 2
            and self._support >= self.threshold
            and self._exceeds_what_is_known
            and (not self.dimension.many or self._has_room)
        )

    @property
    def counts(self) -> Counts:
        """The counts of ``(other)``.

        Where one visit can touch several values, neither visits nor visitors add up. Then it is said that there were
        k visitors at least, for the largest support is that of a single cell, and exact it would give away what is
        left of the visits without it; and no more visits than the total has, for two cells that add up to the most
        that they can reach would be known.
        """
        other = _sum(self.cells.values())
        if self.dimension.many:
            other[VISITORS] = self.threshold
            other[VISITS] = min(other[VISITS], self.total[VISITS] if self.total else other[VISITS])
        return other

    @property
    def _support(self) -> int:
        """The distinct visitors that ``(other)`` surely rests on; what the cap turned away adds none."""
        supports = [counts[VISITORS] for value, counts in self.cells.items() if value != OTHER]
        return (max if self.dimension.many else sum)(supports or [0])

    @property
    def _exceeds_what_is_known(self) -> bool:
        """By k: nothing small is left when what is known of its cells is taken away."""
        excess = minus(_sum(self.cells.values()), _sum(map(self._known, self.cells)))
        measures = (VISITS,) if self.dimension.many else (VISITS, VISITORS)
        return all(excess[measure] >= self.threshold for measure in measures)

    @property
    def _has_room(self) -> bool:
        """Whether the large cells may have two visits more than is known.

        No cell has more visits than the total. If the large ones can hardly grow, the k that `_exceeds_what_is_known`
        asks for must be those of a small one.
        """
        if self.total is None or OTHER in self.cells:
            return True  # how many values the cap turned away is known to nobody
        return sum(self.total[VISITS] - self._known(value)[VISITS] for value in self.cells if self._is_large(value)) > 1

    def _known(self, value: str) -> Counts:
        """What is known of a cell: what was stored of it, exactly, for an older copy of the database tells.

        Of pages and the like also that a large one has k visits, stored or not: there is always a large one among
        them, because small ones together have no support.
        """
        stored = self.stored.get(value, [0] * len(MEASURES))
        if self.dimension.many and self._is_large(value):
            return [max(number, self.threshold) for number in stored]
        return stored

    def _is_large(self, value: str) -> bool:
        return value != OTHER and self.cells[value][VISITORS] >= self.threshold


def _sum(cells: Iterable[Counts]) -> Counts:
    total = [0] * len(MEASURES)
    for counts in cells:
        total = plus(total, counts)
    return total
