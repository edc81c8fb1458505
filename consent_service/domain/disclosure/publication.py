"""Closing a period: its counts become final."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from functools import reduce
from typing import NamedTuple

from consent_service.domain.counting.counts import VISITS, Breakdown, Counts, PeriodCounts, cells_of, plus
from consent_service.domain.counting.dimensions import DIMENSIONS, OTHER
from consent_service.domain.disclosure.folding import Draw, close_breakdown
from consent_service.domain.disclosure.suppression import close_total

DrawFor = Callable[[str], Draw]
"""Gives the keyed hash of a dimension of the period at hand."""

HANDED_OVER = "+"
"""Before the name of a dimension: what machines have handed over of it without a name, until the period is closed."""

NAMED = "(named)"
"""The value under which it is said of a breakdown how much of what was handed over went to named cells."""


class PublishedRow(NamedTuple):
    """One published cell."""

    dimension: str
    value: str
    counts: Counts


def close(stored: PeriodCounts, pending: PeriodCounts, threshold: int, draw_for: DrawFor) -> list[PublishedRow]:
    """The rows of a closed period, in order: stored and pending together, small cells folded.

    The order in which counts came, how they were split between stored and pending, and between machines, changes no
    shown number but for what the open period had stored before: not as it was shown, rounded, but exactly, because
    an older copy of the database tells that; and for what another machine could not name.
    """
    named, unnamed = apart(stored)
    handed = {name: breakdown.pop(NAMED)[VISITS] for name, breakdown in unnamed.items() if NAMED in breakdown}
    parts = (named, unnamed, pending)
    cells = {
        name: reduce(_together, (part.get(name, {}) for part in parts)) for name in sorted({*named, *unnamed, *pending})
    }
    total = cells.get("site", {}).get("")
    rows: list[PublishedRow] = []
    for name, breakdown in cells.items():
        if DIMENSIONS[name].total:
            published = close_total(breakdown, threshold)
        else:
            before, draw = named.get(name, {}), draw_for(name)
            published = close_breakdown(
                DIMENSIONS[name], breakdown, before, threshold, draw, total, handed.get(name, 0)
            )
        rows += rows_of({name: published})
    return rows


def rows_of(cells: PeriodCounts) -> list[PublishedRow]:
    """In order."""
    return sorted(PublishedRow(name, value, counts) for name, value, counts in cells_of(cells))


def hand_over(stored: PeriodCounts, pending: PeriodCounts) -> PeriodCounts:
    """What a machine adds to a period that is over but closed by another: nothing that names what is small.

    Remainders go to the cells that are stored already, where nobody can tell them from what was there. The rest stands
    apart, under `HANDED_OVER` and the dimension, until the close: unnamed, in ``(other)`` and the totals, and with the
    sum of what went to named cells, for the close has to know how much came since the last release. No page shows it.
    """
    handed: PeriodCounts = {}
    for name, breakdown in pending.items():
        for value, counts in breakdown.items():
            if value in stored.get(name, {}) and not DIMENSIONS[name].total:
                _add(handed, name, value, counts)
                _add(handed, HANDED_OVER + name, NAMED, counts)
            else:
                _add(handed, HANDED_OVER + name, value if DIMENSIONS[name].total else OTHER, counts)
    return handed


def _add(into: PeriodCounts, name: str, value: str, counts: Counts) -> None:
    breakdown = into.setdefault(name, {})
    breakdown[value] = plus(breakdown[value], counts) if value in breakdown else counts


def apart(stored: PeriodCounts) -> tuple[PeriodCounts, PeriodCounts]:
    """What is stored under its name, and what was handed over without one."""
    named = {name: cells for name, cells in stored.items() if not name.startswith(HANDED_OVER)}
    return named, {name.removeprefix(HANDED_OVER): dict(stored[name]) for name in stored.keys() - named.keys()}


def _together(left: Breakdown, right: Breakdown) -> Breakdown:
    both = {value: plus(left[value], right[value]) for value in left.keys() & right.keys()}
    return {**left, **right, **both}


def digest_of(rows: Iterable[PublishedRow]) -> str:
    """SHA-256 over the canonical JSON of the rows, in their order."""
    text = json.dumps([list(row) for row in rows], separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
