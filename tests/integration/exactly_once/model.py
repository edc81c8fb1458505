"""The plain dictionary that the machine is compared with."""

from __future__ import annotations

from collections import Counter

from consent_service.domain.counting.dimensions import OTHER
from tests.integration.exactly_once.hits import Cells, Hit
from tests.integration.exactly_once.machine import Machine

THRESHOLD = 5


class Model:
    """Every hit that was answered, by cell; and of a hit whose answer never came, what turned out."""

    def __init__(self) -> None:
        self.cells: Cells = Counter()
        self._published: dict[tuple[str, str], object] = {}

    def answered(self, hits: list[Hit]) -> None:
        for one in hits:
            self.cells.update(one.cells)

    def in_doubt(self, hit: Hit, machine: Machine) -> None:
        """A worker died over this hit: it was counted whole, or it never was. `check` finds anything else."""
        if machine.open_cells() != self._open(machine):
            self.cells.update(hit.cells)

    def check(self, machine: Machine) -> None:
        """Open periods hold what was answered, closed ones what may be published of it, once and for all."""
        for site, period in sorted(machine.closed()):
            self._check_published(machine, site, period)
        assert machine.open_cells() == self._open(machine)

    def _open(self, machine: Machine) -> Cells:
        closed = machine.closed()
        return Counter({cell: number for cell, number in self.cells.items() if cell[:2] not in closed})

    def _check_published(self, machine: Machine, site: str, period: str) -> None:
        published = machine.published(site, period)
        assert self._published.setdefault((site, period), published) == published
        wanted = self._of(site, period)
        total = published.get(("site", ""))
        assert (total is not None) == (wanted["site", "", "visitors"] >= THRESHOLD)
        for (dimension, value), counts in published.items():
            rest = self._rest(published, wanted, dimension)
            for measure, number in counts.items():
                if value != OTHER:
                    assert number == wanted[dimension, value, measure]
                elif measure == "visits":  # where a visit can touch several values, (other) has no more than there were
                    assert number == min(rest[measure], wanted["site", "", measure])
                elif measure != "visitors":  # of (other) those of the largest value
                    assert number == rest[measure]

    def _of(self, site: str, period: str) -> Counter[tuple[str, str, str]]:
        return Counter({cell[2:]: number for cell, number in self.cells.items() if cell[:2] == (site, period)})

    def _rest(self, published, wanted, dimension: str) -> Counter[str]:
        """What is counted of the values that are not published by name."""
        rest: Counter[str] = Counter()
        for (name, value, measure), number in wanted.items():
            if name == dimension and (dimension, value) not in published:
                rest[measure] += number
        return rest


def recover(machine: Machine, now: float) -> None:
    """What a keeper does when it starts: it merges what workers left, and finishes what is under way."""
    assert machine.keep("merge", now)
    assert machine.keep("release", now)
