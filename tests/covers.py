"""What is published of a breakdown, whichever of its large values the draw has made the cover.

Site keys are random, so that the cover is another one in each run: tests say what holds for all draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from consent_service.domain.counting.dimensions import DIMENSIONS, OTHER

K = 10
LEAST = "visits>= visitors>="


class Seen(NamedTuple):
    """A published row: its size (visits, or views of what a visit can touch several of), visitors and marks."""

    size: int
    visitors: int
    marks: str


def seen(world: Any, key: str, period: str, name: str) -> dict[str, Seen]:
    """The published rows of a breakdown, by value."""
    place = DIMENSIONS[name].size
    rows = world.rows(key, period).get(name, {})
    return {value: Seen(row.counts[place], row.counts[2], row.marks) for value, row in rows.items()}


def check_published(rows: Mapping[str, Seen], true: Mapping[str, int], k: int = K) -> str:
    """Check a breakdown against the true sizes, of visits that are visitors each; gives the cover, if it has a row.

    Every large value but one is exact, that one "or more" or missing, and all rows add up to the total. That no small
    value has a row, and that ``(other)`` is at least k, is part of it.
    """
    large = {value: number for value, number in true.items() if number >= k}
    told = {value: row for value, row in rows.items() if value != OTHER}
    covered = {value for value in large if value not in told or told[value].marks}
    assert told.keys() <= large.keys()
    assert len(covered) == (1 if large else 0)
    for value, row in told.items():
        if value in covered:
            assert k <= row.size <= large[value]
            assert {"visits>=", "visitors>="} <= set(row.marks.split())
        else:
            assert (row.size, row.visitors) == (large[value], large[value])
    assert rows.keys() - told.keys() <= {OTHER}
    assert sum(row.size for row in rows.values()) == sum(true.values())
    assert rows[OTHER].size >= k
    return next(iter(covered & told.keys()), "")
