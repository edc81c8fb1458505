"""Closing a period: its counts become final."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import NamedTuple

from consent_service.domain.counting import Breakdown, Counts, PeriodCounts, plus
from consent_service.domain.dimensions import DIMENSIONS, OTHER
from consent_service.domain.folding import Draw, close_breakdown
from consent_service.domain.suppression import close_total

DrawFor = Callable[[str], Draw]
"""Gives the keyed hash of a dimension of the period at hand."""


class Row(NamedTuple):
    """One published cell."""

    dimension: str
    value: str
    counts: Counts


def close(stored: PeriodCounts, pending: PeriodCounts, threshold: int, draw_for: DrawFor) -> list[Row]:
    """The rows of a closed period, in order: stored and pending together, small cells folded.

    The order in which counts came, and how they were split between stored and pending, changes no shown number
    but for what the open period had stored before: not as it was shown, rounded, but exactly, because an older
    copy of the database tells that.
    """
    cells = {name: _together(stored.get(name, {}), pending.get(name, {})) for name in sorted({*stored, *pending})}
    total = cells.get("site", {}).get("")
    rows: list[Row] = []
    for name, breakdown in cells.items():
        if DIMENSIONS[name].is_total:
            published = close_total(breakdown, threshold)
        else:
            before = stored.get(name, {})
            published = close_breakdown(DIMENSIONS[name], breakdown, before, threshold, draw_for(name), total)
        rows += [Row(name, value, counts) for value, counts in sorted(published.items())]
    return rows


def hand_over(stored: PeriodCounts, pending: PeriodCounts) -> PeriodCounts:
    """What a machine adds to a period that is over but closed by another: nothing that names what is small.

    Remainders go to the cells that are stored already; the rest goes, unnamed, into the totals and ``(other)``,
    which may stand below k until the close.
    """
    handed: PeriodCounts = {}
    for name, breakdown in pending.items():
        into = handed.setdefault(name, {})
        for value, counts in breakdown.items():
            where = value if DIMENSIONS[name].is_total or value in stored.get(name, {}) else OTHER
            into[where] = plus(into[where], counts) if where in into else counts
    return handed


def _together(left: Breakdown, right: Breakdown) -> Breakdown:
    values = sorted({*left, *right})
    return {
        value: plus(left[value], right[value])
        if value in left and value in right
        else (left.get(value) or right[value])
        for value in values
    }


def digest_of(rows: Iterable[Row]) -> str:
    """SHA-256 over the canonical JSON of the rows, in their order."""
    text = json.dumps([list(row) for row in rows], separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
