"""Closing a period: its counts become final."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import NamedTuple

from consent_service.domain.counting import Breakdown, Counts, PeriodCounts, cells_of, plus
from consent_service.domain.dimensions import DIMENSIONS, OTHER
from consent_service.domain.folding import Draw, close_breakdown
from consent_service.domain.suppression import close_total

DrawFor = Callable[[str], Draw]
"""Gives the keyed hash of a dimension of the period at hand."""

HANDED_OVER = "+"
"""Before the name of a dimension: what machines have handed over of it, stored until the period is closed."""


class Row(NamedTuple):
    """One published cell."""

    dimension: str
    value: str
    counts: Counts


def close(stored: PeriodCounts, pending: PeriodCounts, threshold: int, draw_for: DrawFor) -> list[Row]:
    """The rows of a closed period, in order: stored and pending together, small cells folded.

    The order in which counts came, how they were split between stored and pending, and between machines, changes no
    shown number but for what the open period had released before: not as it was shown, rounded, but exactly, because
    an older copy of the database tells that; and for what another machine could not name.
    """
    released, handed_over = apart(stored)
    pending = {name: _together(handed_over.get(name, {}), pending.get(name, {})) for name in {*handed_over, *pending}}
    cells = {name: _together(released.get(name, {}), pending.get(name, {})) for name in sorted({*released, *pending})}
    total = cells.get("site", {}).get("")
    rows: list[Row] = []
    for name, breakdown in cells.items():
        if DIMENSIONS[name].total:
            published = close_total(breakdown, threshold)
        else:
            before = released.get(name, {})
            published = close_breakdown(DIMENSIONS[name], breakdown, before, threshold, draw_for(name), total)
        rows += rows_of({name: published})
    return rows


def rows_of(cells: PeriodCounts) -> list[Row]:
    """In order."""
    return sorted(Row(name, value, counts) for name, value, counts in cells_of(cells))


def hand_over(stored: PeriodCounts, pending: PeriodCounts) -> PeriodCounts:
    """What a machine adds to a period that is over but closed by another: nothing that names what is small.

    Only what is released already keeps its name; the rest goes, unnamed, into ``(other)``. All of it stands apart,
    under `HANDED_OVER` and the dimension, until the close: which must know what was released, and by how much that
    is exceeded. No page shows it.
    """
    handed: PeriodCounts = {}
    for name, breakdown in pending.items():
        into = handed.setdefault(HANDED_OVER + name, {})
        for value, counts in breakdown.items():
            where = value if DIMENSIONS[name].total or value in stored.get(name, {}) else OTHER
            into[where] = plus(into[where], counts) if where in into else counts
    return handed


def apart(stored: PeriodCounts) -> tuple[PeriodCounts, PeriodCounts]:
    """What was released, and what was handed over."""
    released = {name: cells for name, cells in stored.items() if not name.startswith(HANDED_OVER)}
    return released, {name.removeprefix(HANDED_OVER): stored[name] for name in stored.keys() - released.keys()}


def _together(left: Breakdown, right: Breakdown) -> Breakdown:
    both = {value: plus(left[value], right[value]) for value in left.keys() & right.keys()}
    return {**left, **right, **both}


def digest_of(rows: Iterable[Row]) -> str:
    """SHA-256 over the canonical JSON of the rows, in their order."""
    text = json.dumps([list(row) for row in rows], separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
