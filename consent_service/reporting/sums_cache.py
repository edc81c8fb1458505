"""Closed periods added up, as a worker caches them: who looks at a month's days mostly looks again.

Only what was shown is kept. A sum is known by its periods with the digests of their published rows, so that none is
found again once a period is gone or, in a restored database, another one.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from consent_service.domain.calendar.periods import Period
from consent_service.domain.disclosure.shown import ShownBreakdown
from consent_service.reporting.published import Settings

MOST_CELLS = 8_000
"""Some five megabytes."""

Key: TypeAlias = tuple[str, tuple[str, ...], tuple[tuple[Period, Settings], ...]]
"""site, dimensions, periods with their settings"""


def key_of(site: str, dimensions: tuple[str, ...], periods: Sequence[Period], closed: Mapping[Period, Settings]) -> Key:
    return site, dimensions, tuple((period, closed[period]) for period in periods)


class SumsCache:
    """Breakdowns by dimension; of more cells than it may keep it forgets those longest unasked for."""

    def __init__(self, most_cells: int = MOST_CELLS) -> None:
        self._most_cells = most_cells
        self._lock = threading.Lock()
        self._sums: dict[Key, Mapping[str, ShownBreakdown]] = {}

    def get(self, key: Key) -> Mapping[str, ShownBreakdown] | None:
        with self._lock:
            breakdowns = self._sums.pop(key, None)
            if breakdowns is not None:
                self._sums[key] = breakdowns
            return breakdowns

    def put(self, key: Key, breakdowns: Mapping[str, ShownBreakdown]) -> None:
        with self._lock:
            self._sums[key] = breakdowns
            while self._sums and self.cells > self._most_cells:
                del self._sums[next(iter(self._sums))]

    @property
    def cells(self) -> int:
        return sum(len(breakdown) for breakdowns in self._sums.values() for breakdown in breakdowns.values())
