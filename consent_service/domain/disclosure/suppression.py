"""What may be shown: nothing that rests on fewer visitors than the threshold k."""

from __future__ import annotations

from collections.abc import Mapping

from consent_service.domain.counting.counts import ENGAGED_VISITS, ENTRIES, VISITORS, VISITS, Breakdown, Counts
from consent_service.domain.counting.dimensions import OTHER, Dimension


def may_release(pending: Counts, stored: Counts | None, threshold: int) -> bool:
    """Whether a cell's pending counts may be written: support k in all, and a step of at least k visits."""
    support = pending[VISITORS] + (stored[VISITORS] if stored else 0)
    return support >= threshold and pending[VISITS] >= threshold


def close_total(cells: Breakdown, threshold: int) -> Breakdown:
    """The one cell of the totals, if it reaches k."""
    return {value: counts for value, counts in cells.items() if counts[VISITORS] >= threshold}


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
    """Those below k, and those of ``(other)``: of large cells that were shown before, and a few more.

    Entries add up over all pages to the site's visits, so that a subtraction gives the sum of the hidden ones.
    Therefore the next smallest are hidden too, until nobody can tell how the sum is shared out among them; and all,
    small or not, where the visits of all pages tell that hardly any was not an entry.
    """
    if OTHER not in cells and 0 < sum(counts[VISITS] - counts[ENTRIES] for counts in cells.values()) < threshold:
        return list(cells)
    by_size = sorted(cells, key=lambda value: (cells[value][ENTRIES], value))
    hidden = [value for value in by_size if cells[value][ENTRIES] < threshold or value == OTHER]
    for value in [value for value in by_size if value not in hidden]:
        if not hidden or _is_enough(
            [cells[name] for name in hidden], OTHER in hidden, cells[value][ENTRIES], threshold
        ):
            break
        hidden.append(value)
    return hidden


def _is_enough(hidden: list[Counts], has_other: bool, following: int, threshold: int) -> bool:
    """Whether hidden entries cannot be told from their sum.

    One of at least two reaches k, and may be as large as any that is shown: what is as large as the largest is hidden
    too, for else the order would tell. And the large ones may have two more, since none has more entries than visits.
    """
    large = [counts for counts in hidden if counts[ENTRIES] >= threshold]
    if len(hidden) < 2 or not large or max(counts[ENTRIES] for counts in large) >= following:
        return False
    return has_other or sum(counts[VISITS] - counts[ENTRIES] for counts in large) >= 2
