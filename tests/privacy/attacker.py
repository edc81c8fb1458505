"""Someone who knows the rules and sees every published number of a site, and tries all tables that fit.

A *table* is what really happened; `Attacker.sees` is told each possible one with what is published of it. Of tables
that look alike the attacker cannot tell which it was. A hidden cell is *recovered* where all of them agree on it and
there is someone in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import permutations

from consent_service.domain.counting.counts import VISITORS, VISITS, Counts
from consent_service.domain.counting.dimensions import Dimension
from consent_service.domain.disclosure.folding import close_breakdown
from consent_service.domain.disclosure.shown import ShownBreakdown, part_of, show_closed, show_open

K = 3
"""Far below the least that a site may have, so that all tables can be tried: the rules do not know the difference."""

NAMES = "abcde"
"""One more than a table has cells: that somebody came from yet another place can never be ruled out."""

Table = tuple[Counts | None, ...]
"""what is counted of each name; None where nothing is"""


def shares(total: int, names: int) -> Iterator[tuple[int, ...]]:
    """All ways in which so many visits can fall into so many values."""
    if names == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for others in shares(total - first, names - 1):
            yield (first, *others)


def counts(visits: int, visitors: int | None = None, entries: int = 0) -> Counts:
    return [visits, visits, visits if visitors is None else visitors, entries, 0, 0]


class Attacker:
    """Remembers, for each thing that can be seen, which counts each name may have."""

    def __init__(self) -> None:
        self._possible: dict[Hashable, list[set[tuple[int, int]]]] = defaultdict(lambda: [set() for _ in NAMES])
        self._shown: dict[Hashable, frozenset[str]] = {}

    def sees(self, sight: Hashable, shown: frozenset[str], table: Sequence[Counts | None]) -> None:
        self._shown[sight] = shown
        for possible, cell in zip(self._possible[sight], table, strict=False):
            possible.add((cell[VISITS], cell[VISITORS]) if cell else (0, 0))

    def recovered(self) -> list[tuple[Hashable, str, tuple[int, ...]]]:
        """Hidden cells of fewer than k visitors of which visits or visitors are known, with what is seen then."""
        return [
            (sight, name, tuple(known))
            for sight, possible in self._possible.items()
            for name, cells in zip(NAMES, possible, strict=True)
            if name not in self._shown[sight] and max((visitors for _, visitors in cells), default=0) < K
            for known in ({visits for visits, _ in cells}, {visitors for _, visitors in cells})
            if len(known) == 1 and known != {0}
        ]

    def __len__(self) -> int:
        """How many different things can be seen."""
        return len(self._possible)


class Closes:
    """What can be published of a breakdown, by each order in which the keyed hash may draw."""

    def __init__(self, dimension: Dimension) -> None:
        self._dimension = dimension
        self._of_sorted = lru_cache(None)(self._published)

    def of(self, cells: Table, stored: Table, total: Counts) -> Iterator[tuple[Hashable, frozenset[str]]]:
        """Each as it can be seen, with the names that are shown. Names are alike: sorted cells are closed once."""
        order = sorted(range(len(cells)), key=lambda place: (cells[place] or [], stored[place] or []))
        key = tuple((_tuple(cells[place]), _tuple(stored[place])) for place in order)
        names = {NAMES[number]: NAMES[place] for number, place in enumerate(order)}
        for rows in self._of_sorted(key, tuple(total)):
            sight = tuple(sorted((names.get(value, value), *texts) for value, *texts in rows))
            yield sight, frozenset(value for value, *_ in sight)

    def _published(self, key: tuple[tuple[Counts, Counts], ...], total: Counts) -> set[Hashable]:
        cells = {name: list(cell) for name, (cell, _) in zip(NAMES, key, strict=False) if cell}
        stored = {name: list(cell) for name, (_, cell) in zip(NAMES, key, strict=False) if cell}
        seen: set[Hashable] = set()
        for order in permutations(name for name, cell in cells.items() if cell[VISITORS] >= K):
            places = {value: bytes([place]) for place, value in enumerate(order)}
            published = close_breakdown(self._dimension, cells, stored, K, places.__getitem__, list(total))
            seen.add(seen_closed(self._dimension, published))
        return seen


def seen_open(dimension: Dimension, stored: Mapping[str, Counts]) -> Hashable:
    """What the page of an open period shows of stored cells."""
    return as_seen(show_open(dimension, dict(stored), K))


def seen_closed(dimension: Dimension, published: Mapping[str, Counts]) -> Hashable:
    """What is shown of a closed period's cells."""
    return as_seen(show_closed(dimension, part_of(dimension, dict(published), K)))


def as_seen(shown: ShownBreakdown) -> Hashable:
    """In a form that can be compared. Views are left out: a visit may have any number of them."""
    return tuple(
        sorted(
            (value, *(str(count) for measure, count in cell.items() if measure != "views"))
            for value, cell in shown.items()
        )
    )


def _tuple(cell: Counts | None) -> tuple[int, ...]:
    return tuple(cell) if cell else ()
