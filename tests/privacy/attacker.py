"""Someone who knows the rules, and sees every published number of a site and every older copy of its database.

A *table* is what really happened: for each known value how many views, visits and visitors it had. `Enumeration` tries
every table that fits into totals which are known, with every draw of the cover and of what is withheld, and remembers
for each *sight*, which is all that can be seen, the tables that give it. Of tables that look alike the attacker
cannot tell which it was. What is hidden is *found* if all of them have somebody in the same small cell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import product
from operator import add, sub
from typing import NamedTuple, TypeAlias, TypeVar
from unittest.mock import patch

from consent_service.domain.counting.counts import VISITORS, Breakdown, Counts, PeriodCounts, together
from consent_service.domain.counting.dimensions import Dimension
from consent_service.domain.disclosure import cover, publication, release, shown

T = TypeVar("T")

NAMES = "abcd"

WIDTH = 3
"""views, visits, visitors"""

Table: TypeAlias = tuple[int, ...]
"""Views, visits and visitors of the first value, of the second, and so on."""

Sight: TypeAlias = tuple[object, ...]


def shares(total: int, names: int) -> Iterator[tuple[int, ...]]:
    """All ways in which so many visits can fall into so many values."""
    if names == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for others in shares(total - first, names - 1):
            yield (first, *others)


@lru_cache(None)
def tables(total: int, names: int, visitors: int | None = None) -> Sequence[Table]:
    """All tables of so many visits by so many visitors, each of one value."""
    further = total - (total if visitors is None else visitors)
    return [
        tuple(number for v, f in zip(first, again, strict=True) for number in (v + f, v + f, v))
        for first, again in product(shares(total - further, names), shares(further, names))
    ]


def breakdown_of(table: Table) -> Breakdown:
    cells = zip(NAMES, zip(*[iter(table)] * WIDTH, strict=True), strict=False)
    return {name: [*cell, 0, 0] for name, cell in cells if any(cell)}


def table_of(cells: Mapping[str, Sequence[int]], names: int) -> Table:
    return tuple(number for name in NAMES[:names] for number in cells.get(name, (0, 0, 0))[:WIDTH])


class Machine(NamedTuple):
    pending: Table
    cover: str = ""


class State(NamedTuple):
    """What there is at a moment: the copies of the database so far, and what each machine holds."""

    copies: tuple[Table, ...]
    stored: Table
    machines: tuple[Machine, ...]


class Guess(NamedTuple):
    """What the attacker knows of a small cell that is not published: what is seen, and its least and most visits."""

    sight: Sight
    name: str
    least: int
    most: int

    @property
    def is_determined(self) -> bool:
        return self.least == self.most


class Enumeration:
    """All that can happen to one breakdown of so many known values. Of several machines the last one closes."""

    def __init__(self, dimension: Dimension, names: int, threshold: int, machines: int = 1) -> None:
        self._dimension = dimension
        self._names = names
        self._threshold = threshold
        self._machines = machines
        self._draws = _Draws()
        self._release = lru_cache(None)(self._all_releases)
        self._close = lru_cache(None)(self._all_closes)

    def guesses(self, *steps: Sequence[Sequence[Table]]) -> list[Guess]:
        """What the attacker finds, who knows how many visits came in each step.

        A step gives the tables that each machine may count in it. After each but the last, all machines release.
        """
        possible: dict[Sight, set[Table]] = defaultdict(set)
        with self._draws.in_place():
            for state in self._histories(steps):
                truth = tuple(map(sum, zip(state.stored, *(one.pending for one in state.machines), strict=True)))
                for rows in self._close(state.stored, state.machines):
                    possible[state.copies, rows].add(truth)
        return [guess for sight, tables in possible.items() for guess in self._guesses(sight, tables)]

    def _histories(self, steps: Sequence[Sequence[Sequence[Table]]]) -> set[State]:
        nothing = (0,) * WIDTH * self._names
        states = {State((), nothing, (Machine(nothing),) * self._machines)}
        for number, step in enumerate(steps, 1):
            came = {self._count(state, tables) for state in states for tables in product(*step)}
            states = came if number == len(steps) else {after for state in came for after in self._releases(state)}
        return states

    def _count(self, state: State, tables: Sequence[Table]) -> State:
        machines = tuple(
            Machine(tuple(map(add, machine.pending, table)), machine.cover)
            for machine, table in zip(state.machines, tables, strict=True)
        )
        return State(state.copies, state.stored, machines)

    def _releases(self, state: State) -> Iterator[State]:
        states = {state}
        for number in range(self._machines):
            states = {
                State((*one.copies, stored), stored, (*one.machines[:number], machine, *one.machines[number + 1 :]))
                for one in states
                for stored, machine in self._release(one.stored, one.machines[number])
            }
        yield from states

    def _all_releases(self, stored: Table, machine: Machine) -> set[tuple[Table, Machine]]:
        before, pending = breakdown_of(stored), breakdown_of(machine.pending)

        def released() -> tuple[Table, Machine]:
            cells, drawn = release.release(
                self._dimension, pending, before, machine.cover, self._threshold, self._draws.draw
            )
            written = table_of(cells, self._names)
            left = tuple(map(sub, machine.pending, written))
            return tuple(map(add, stored, written)), Machine(left, drawn)

        return set(self._draws.each(released))

    def _all_closes(self, stored: Table, machines: tuple[Machine, ...]) -> set[Sight]:
        name = self._dimension.name
        kept: PeriodCounts = {name: breakdown_of(stored)}
        *others, last = machines
        for machine in others:
            covers = {name: machine.cover} if machine.cover else {}
            handed = publication.hand_over(kept, {name: breakdown_of(machine.pending)}, covers)
            kept = {one: together(kept.get(one, {}), handed.get(one, {})) for one in {*kept, *handed}}
        pending = breakdown_of(last.pending)
        total = _sum_of(
            [*breakdown_of(stored).values(), *(c for m in machines for c in breakdown_of(m.pending).values())]
        )
        remains = publication._remains(kept, {name: pending}, name, last.cover)

        def closed() -> Sight:
            rows = publication.close_breakdown(self._dimension, remains, self._threshold, self._draws.draw, total)
            return tuple(sorted((row.value, *self._shown(row)) for row in rows))

        return set(self._draws.each(closed))

    def _shown(self, row: publication.PublishedRow) -> Iterator[str]:
        return map(str, shown.show_row(self._dimension, row.counts, row.marks).values())

    def _guesses(self, sight: Sight, possible: set[Table]) -> Iterator[Guess]:
        named = {row[0] for row in sight[-1]}
        for place, name in enumerate(NAMES[: self._names]):
            if name in named:
                continue
            supports = {table[WIDTH * place + VISITORS] for table in possible}
            numbers = {table[WIDTH * place + self._dimension.size] for table in possible}
            if min(numbers) and min(supports) < self._threshold:
                yield Guess(sight, name, min(numbers), max(numbers))


def _sum_of(cells: Sequence[Sequence[int]]) -> list[int]:
    return [sum(column) for column in zip(*cells, strict=True)] or [0] * 5


class _Draws:
    """Stands in the place of the keyed draws, and tries them all."""

    def __init__(self) -> None:
        self._path: list[list[int]] = []
        self._place = 0
        self._most: dict[str, int] = {}

    def draw(self, label: str) -> bytes:
        raise AssertionError(f"{label} is drawn past the attacker")

    @contextmanager
    def in_place(self) -> Iterator[None]:
        publish = publication.published_part

        def published_part(dimension: Dimension, held: Counts, *others: object) -> Counts | None:
            # More than this leaves nothing to publish, or nothing of the count.
            views, visits, visitors, *_ = held
            self._most = {"visitors": visitors, "visits": visits - visitors, "views": views - visits}
            return publish(dimension, held, *others)

        with (
            patch.object(cover, "draw_cover", lambda sizes, *_: sorted(sizes)[self._choice(len(sizes))]),
            patch.object(cover, "withheld", lambda _, label: self._choice(self._most[label] + 1)),
            patch.object(publication, "published_part", published_part),
        ):
            yield

    def each(self, outcome: Callable[[], T]) -> Iterator[T]:
        """What comes of each way to draw."""
        self._path = []
        while True:
            self._place = 0
            yield outcome()
            while self._path and self._path[-1][0] + 1 == self._path[-1][1]:
                self._path.pop()
            if not self._path:
                return
            self._path[-1][0] += 1

    def _choice(self, choices: int) -> int:
        if self._place == len(self._path):
            self._path.append([0, choices])
        self._place += 1
        return self._path[self._place - 1][0]


@lru_cache(None)
def page_tables(views: int, visits: int, visitors: int, names: int) -> Sequence[Table]:
    """All tables of pages of which each visit saw one at least."""
    first, again = (
        [ns for ns in product(range(most + 1), repeat=names) if sum(ns) >= most]
        for most in (visitors, visits - visitors)
    )
    return [
        tuple(number for v, f, w in zip(vs, fs, ws, strict=True) for number in (v + f + w, v + f, v))
        for vs, fs in product(first, again)
        if sum(vs) + sum(fs) <= views
        for ws in shares(views - sum(vs) - sum(fs), names)
        if all(v + f or not w for v, f, w in zip(vs, fs, ws, strict=True))
    ]
