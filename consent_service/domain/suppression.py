"""What may be shown: nothing that rests on fewer visitors than the threshold k."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from consent_service.domain.counting import (
    ENGAGED_VISITS,
    ENTRIES,
    VIEWS,
    VISITORS,
    VISITS,
    Breakdown,
    Counts,
    minus,
    plus,
)
from consent_service.domain.dimensions import MEASURES, OTHER, Dimension

Draw = Callable[[str], bytes]
"""A keyed hash of a value, bound to service key, site, period and dimension: nobody can foresee its order."""


def rounded(number: int, threshold: int) -> int:
    """Rounded down to a multiple of k, as all numbers of open periods are shown."""
    return number - number % threshold


def may_release(pending: Counts, stored: Counts | None, threshold: int) -> bool:
    """Whether a cell's pending counts may be written: support k in all, and a step of at least k visits."""
    support = pending[VISITORS] + (stored[VISITORS] if stored else 0)
    return support >= threshold and pending[VISITS] >= threshold


def close_total(counts: Counts, threshold: int) -> Counts | None:
    return counts if counts[VISITORS] >= threshold else None


def close_breakdown(
    dimension: Dimension, cells: Breakdown, last_stored: Breakdown, threshold: int, draw: Draw
) -> Breakdown:
    """What is published of a breakdown once its period is over: the cells that reach k, the rest in ``(other)``.

    ``(other)`` must reach k, hold at least two values, and exceed by k what was stored of its values while
    the period was open, so that nothing small is left when that is taken away. Until it does, one more cell, in the
    order of the keyed hash, is folded in. If none is left, nothing is published.
    """
    folded = {value: counts for value, counts in cells.items() if value == OTHER or counts[VISITORS] < threshold}
    shown = {value: counts for value, counts in cells.items() if value not in folded}
    if not folded:
        return shown
    for value in [*sorted(shown, key=draw), None]:
        if _may_publish(dimension, folded, last_stored, threshold):
            return {**shown, OTHER: _fold(dimension, folded)}
        if value is not None:
            folded[value] = shown.pop(value)
    return {}


def _may_publish(dimension: Dimension, folded: Breakdown, last_stored: Breakdown, threshold: int) -> bool:
    if len(folded) < 2 or _support(dimension, folded) < threshold:
        return False
    excess = _sum(folded)
    for value in folded:
        # What is stored of (other) was handed over by a machine when the period had ended, and never shown.
        if value in last_stored and value != OTHER:
            excess = minus(excess, last_stored[value])
    measures = [VISITS]
    if "views" in dimension.measures:
        measures.append(VIEWS)
    if not dimension.many:
        measures.append(VISITORS)
    return all(excess[measure] >= threshold for measure in measures)


def _support(dimension: Dimension, folded: Breakdown) -> int:
    """The distinct visitors that ``(other)`` surely rests on; what the cap turned away adds none."""
    supports = [counts[VISITORS] for value, counts in folded.items() if value != OTHER]
    return (max if dimension.many else sum)(supports or [0])


def _fold(dimension: Dimension, folded: Breakdown) -> Counts:
    other = _sum(folded)
    if dimension.many:
        # One visit can touch several values: their visitors do not add up.
        other[VISITORS] = _support(dimension, folded)
    return other


def _sum(cells: Breakdown) -> Counts:
    total = [0] * len(MEASURES)
    for counts in cells.values():
        total = plus(total, counts)
    return total


def hidden_singles(dimension: Dimension, cells: Mapping[str, Counts], threshold: int) -> set[tuple[str, str]]:
    """The (value, measure) pairs of shown cells that are shown as "fewer than k"."""
    hidden: set[tuple[str, str]] = set()
    if "engaged_visits" in dimension.measures:
        # Visits are shown beside it: the visits that were not engaged must not be few either.
        hidden |= {
            (value, "engaged_visits")
            for value, counts in cells.items()
            if min(counts[ENGAGED_VISITS], counts[VISITS] - counts[ENGAGED_VISITS]) < threshold
        }
    if "entries" in dimension.measures:
        hidden |= {(value, "entries") for value in _hidden_entries(cells, threshold)}
    return hidden


def _hidden_entries(cells: Mapping[str, Counts], threshold: int) -> list[str]:
    """Those below k, and those of ``(other)``, from which the entries that the open period showed could be taken.

    Entries add up over all pages to the site's visits, so that a subtraction gives the sum of the hidden ones.
    Therefore the next smallest are hidden too, until at least two are hidden and their sum reaches k.
    """
    by_size = sorted(cells, key=lambda value: (cells[value][ENTRIES], value))
    hidden = [value for value in by_size if cells[value][ENTRIES] < threshold or value == OTHER]
    for value in [value for value in by_size if value not in hidden]:
        if not hidden or (len(hidden) >= 2 and sum(cells[one][ENTRIES] for one in hidden) >= threshold):
            break
        hidden.append(value)
    return hidden
