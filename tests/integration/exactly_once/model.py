"""The plain dictionary that the machine is compared with."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from consent_service.domain.counting.dimensions import DIMENSIONS, MEASURES, OTHER, Dimension
from consent_service.domain.disclosure import marks
from consent_service.storage.counts.cells import MarkedCounts
from tests.integration.exactly_once.hits import Cells, Hit
from tests.integration.exactly_once.machine import Machine

THRESHOLD = 5
VISITORS_PLACE = MEASURES.index("visitors")


class Model:
    """Every hit that was answered, by cell; and of a hit whose answer never came, what turned out."""

    def __init__(self) -> None:
        self.cells: Cells = Counter()
        self._published: dict[tuple[str, str], object] = {}
        self.covers: dict[tuple[str, str, str], str] = {}
        """All that were drawn and seen, by site, period and dimension."""
        self.has_handed_over = False
        """Whether a machine gave up names before the close, more than the cover."""

    def answered(self, hits: list[Hit]) -> None:
        for one in hits:
            self.cells.update(one.cells)

    def in_doubt(self, hit: Hit, machine: Machine) -> None:
        """A worker died over this hit: it was counted whole, or it never was. `check` finds anything else."""
        if machine.open_cells() != self._open(machine):
            self.cells.update(hit.cells)

    def check(self, machine: Machine) -> None:
        """Open periods hold what was answered, closed ones what may be published of it, once and for all."""
        wanted: dict[tuple[str, str], Counter[tuple[str, str, str]]] = defaultdict(Counter)
        for (site, period, *cell), number in self.cells.items():
            wanted[site, period][tuple(cell)] = number
        for place, published in machine.published().items():
            assert self._published.setdefault(place, published) == published
            self._check_published(place, published, wanted[place])
        assert machine.open_cells() == self._open(machine)
        self._check_covers(machine)

    def _check_covers(self, machine: Machine) -> None:
        """A cover stays what it is, and nothing of it is stored while its period is open."""
        stored = machine.stored_values()
        for place, value in machine.covers().items():
            assert self.covers.setdefault(place, value) == value
            assert (*place, value) not in stored

    def _open(self, machine: Machine) -> Cells:
        closed = machine.closed()
        return Counter({cell: number for cell, number in self.cells.items() if cell[:2] not in closed})

    def _check_published(self, place: tuple[str, str], published: Any, wanted: Counter[tuple[str, str, str]]) -> None:
        total = published.get(("site", ""))
        assert (total is not None) == (wanted["site", "", "visitors"] >= THRESHOLD)
        for (dimension, value), row in published.items():
            if value != OTHER:
                self._check_row(dimension, row, {name: wanted[dimension, value, name] for name in MEASURES})
        for name in {dimension for dimension, _, _ in wanted} - {"site"}:
            rows = {value: row for (dimension, value), row in published.items() if dimension == name}
            self._check_breakdown(self.covers.get((*place, name)), DIMENSIONS[name], rows, wanted)

    def _check_row(self, name: str, row: MarkedCounts, wanted: dict[str, int]) -> None:
        """Each count is what was answered, or at most that where it is marked, or hidden."""
        marked = marks.read(row.marks)
        for measure, number in zip(MEASURES, row.counts, strict=True):
            if measure in DIMENSIONS[name].measures and "?" not in marked.get(measure, ()):
                assert number <= wanted[measure] if ">=" in marked.get(measure, ()) else number == wanted[measure]
        if name != "site":
            assert row.counts[VISITORS_PLACE] >= THRESHOLD

    def _check_breakdown(self, cover: str | None, dimension: Dimension, rows: Any, wanted: Counter[Any]) -> None:
        """All large values but the cover are exact, and with ``(other)`` the rows add up.

        Entry pages tell no more than pages do, so that several of them may be told as "or more".
        """
        measure = MEASURES[dimension.size]
        large = {value for name, value, _ in wanted
                 if name == dimension.name and wanted[name, value, "visitors"] >= THRESHOLD}  # fmt: skip
        told = rows.keys() - {OTHER}
        exact = {value for value in told if not rows[value].marks}
        assert told <= large
        if self.has_handed_over or dimension.within:
            assert len(large - exact) >= bool(large)
        else:
            assert len(large - exact) == bool(large)
        if cover:
            assert large - exact == {cover}
        if rows:
            total = sum(number for (name, _, of), number in wanted.items() if (name, of) == (dimension.name, measure))
            assert sum(row.counts[dimension.size] for row in rows.values()) == total


def recover(machine: Machine, now: float) -> None:
    """What a keeper does when it starts: it merges what workers left, and finishes what is under way."""
    assert machine.keep("merge", now)
    assert machine.keep("release", now)
