"""Release: which pending counts of an open period may be written to disk, and when the cover is drawn."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from consent_service.domain.counting.counts import VISITORS, VISITS, Breakdown, Counts, together
from consent_service.domain.counting.dimensions import OTHER, Dimension
from consent_service.domain.disclosure import cover
from consent_service.domain.disclosure.cover import Draw

LEAST_TOTAL = 10
"""A breakdown is released once the stored total of its period has reached this many times k.

Before, the cover would more often be the largest value, and so lost to the owner.
"""


class Released(NamedTuple):
    """The cells to write, and the cover of the breakdown; empty if it has none yet."""

    cells: Breakdown
    cover: str


def may_release(pending: Counts, stored: Counts | None, threshold: int) -> bool:
    """Whether a cell's pending counts may be written: support k in all, and a step of at least k visits."""
    support = pending[VISITORS] + (stored[VISITORS] if stored else 0)
    return support >= threshold and pending[VISITS] >= threshold


def has_enough_visits(total: Counts | None, threshold: int) -> bool:
    """Whether breakdowns of a period with this stored total are released."""
    return total is not None and total[VISITS] >= LEAST_TOTAL * threshold


def release(
    dimension: Dimension, pending: Breakdown, stored: Breakdown, drawn: str, threshold: int, draw: Draw
) -> Released:
    """Release a breakdown: every cell that has k, but for the cover, which is drawn if there is none yet.

    ``drawn`` is the cover so far, or empty. What a cap turned away, ``(other)``, is many values under one name: its
    support is not known, so it waits for the close.
    """
    chosen = drawn or choose_cover(dimension, pending, stored, threshold, draw)
    cells = {
        value: counts
        for value, counts in pending.items()
        if value not in (OTHER, chosen) and may_release(counts, stored.get(value), threshold)
    }
    return Released(cells if chosen else {}, chosen)


def choose_cover(
    dimension: Dimension,
    pending: Breakdown,
    stored: Breakdown,
    threshold: int,
    draw: Draw,
    excluded: Collection[str] = (),
) -> str:
    """Draw the cover among the cells with support k, or give an empty text where there is none.

    A value that is tied to one of another dimension is never drawn. Cells that are stored already are drawn only where
    there is no other, which happens after a power cut: of these
    only what came since can be held back.
    """
    large = {
        value: counts
        for value, counts in together(pending, stored).items()
        if value not in (OTHER, *dimension.tied, *excluded) and counts[VISITORS] >= threshold
    }
    candidates = {value: counts for value, counts in large.items() if value not in stored} or large
    sizes = {value: max(1, counts[dimension.size]) for value, counts in candidates.items()}
    return cover.draw_cover(sizes, threshold, draw) if sizes else ""
