"""Panels that are made of the shown rows of one breakdown: campaigns by source, platforms by device, pages not found.

They are no breakdowns of their own. What always comes together is one value with one cover, and its parts are added up
of what is shown of it, so they tell no more than its rows do.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from consent_service.domain.counting.dimensions import (
    ABSENT_PART,
    CAMPAIGN_PARTS,
    CAMPAIGN_SEPARATOR,
    NONE,
    NOT_FOUND,
    OTHER,
    PLATFORM_PARTS,
    PLATFORM_SEPARATOR,
)
from consent_service.domain.disclosure.shown import ShownBreakdown, ShownCounts, sum_of

PARTS = MappingProxyType({"campaign": ("source", "medium"), "platform": ("device", "system")})
"""By dimension, the parts of its values by which it is added up."""

DEVICES = frozenset({"phone", "tablet", "desktop"})
"""Of a platform that is one word alone they tell a device from a system."""


def by_part(dimension: str, part: str, breakdown: ShownBreakdown) -> ShownBreakdown:
    """The rows of a breakdown added up by a part of their values, what has none as ``(none)``.

    A sum is "at least" unless every row of the breakdown is exact and there is no ``(other)``: any of its visits may
    have this part.
    """
    groups: dict[str, list[ShownCounts]] = {}
    for value, counts in breakdown.items():
        if value != OTHER:
            groups.setdefault(part_of(dimension, part, value), []).append(counts)
    is_whole = OTHER not in breakdown and all(
        count.is_exact for counts in breakdown.values() for count in counts.values()
    )
    return {value: _sum(rows, is_whole) for value, rows in groups.items()}


def _sum(rows: Sequence[ShownCounts], is_whole: bool) -> ShownCounts:
    """One part more than there are rows stands for what may be hidden."""
    parts = len(rows) if is_whole else len(rows) + 1
    measures = dict.fromkeys(measure for row in rows for measure in row)
    return {measure: sum_of([row[measure] for row in rows if measure in row], parts) for measure in measures}


def part_of(dimension: str, part: str, value: str) -> str:
    """One part of a value: ``email`` of ``newsletter / email / november``, ``phone`` of ``iOS, phone``."""
    if value == NONE:
        return NONE
    if dimension == "campaign":
        words = value.split(CAMPAIGN_SEPARATOR)
        word = words[CAMPAIGN_PARTS.index(part)] if len(words) == len(CAMPAIGN_PARTS) else ABSENT_PART
        return NONE if word == ABSENT_PART else word
    system, separator, device = value.partition(PLATFORM_SEPARATOR)
    if not separator and system in DEVICES:
        system, device = "", system
    return dict(zip(PLATFORM_PARTS, (system, device), strict=True))[part] or NONE


def not_found(breakdown: ShownBreakdown) -> ShownBreakdown:
    """The pages that were not found, by their paths, as they stand among the pages."""
    return {value.removeprefix(NOT_FOUND): counts for value, counts in breakdown.items() if value.startswith(NOT_FOUND)}
