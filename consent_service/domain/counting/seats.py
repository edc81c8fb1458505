"""Who gets a seat: listed pages and what was last published keep theirs, so that a flood of junk cannot take them.

*Reserved* values are the listed pages, then the values that were last published, the most visited first. Others get
a seat while enough are left for the reserved ones that have not come yet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TypeAlias

from consent_service.domain.calendar.periods import Kind, Period
from consent_service.domain.counting import counts as counting
from consent_service.domain.counting.counts import VISITS, Breakdown, Counts, PeriodCounts
from consent_service.domain.counting.dimensions import NONE, OTHER, Dimension

Reserved: TypeAlias = Mapping[str, Mapping[str, Collection[str]]]
"""the reserved values of a site, by kind of period and dimension"""

TENTHS = 9
"""Of ten seats, those that published values may keep; what is new always gets the rest."""


def reserve(dimension: Dimension, listed: Iterable[str], published: Iterable[Breakdown]) -> list[str]:
    """The values that keep their seats in the next period of a dimension: all listed ones, then published ones.

    ``published`` comes in order of precedence: however often junk comes, it does not go before what was there first.
    Within each the most visited come first.
    """
    first = dict.fromkeys(listed)
    ranked: dict[str, None] = {}
    for breakdown in published:
        ranked |= dict.fromkeys(sorted(breakdown, key=lambda value: (-breakdown[value][VISITS], value)))
    others = [value for value in ranked if value not in first and value not in (NONE, OTHER)]
    places = max(0, dimension.seats * TENTHS // 10 - len(first))
    return [*list(first)[: dimension.seats], *others[:places]]


class Seating:
    """Adds counts to the periods of one site, by name, and keeps the seats of values that are reserved."""

    def __init__(self, periods: dict[str, PeriodCounts], reserved: Reserved) -> None:
        self._periods = periods
        self._reserved = reserved
        self._expected: dict[tuple[str, str], set[str]] = {}

    def add(self, period: Period, dimension: str, value: str, counts: Counts) -> None:
        """Add counts to a cell, or to ``(other)`` if it is new and there is no seat for it."""
        breakdowns = self._periods.setdefault(period.name, {})
        expected = self._expected.get((period.name, dimension))
        if expected is None:
            expected = self._expected[period.name, dimension] = self._expect(period.kind, dimension, breakdowns)
        counting.add(breakdowns, dimension, value, counts, expected)
        expected.discard(value)

    def _expect(self, kind: Kind, dimension: str, breakdowns: PeriodCounts) -> set[str]:
        """The reserved values that have no cell yet."""
        reserved = self._reserved.get(kind, {}).get(dimension, ())
        present = breakdowns.get(dimension, {})
        return {value for value in reserved if value not in present}
