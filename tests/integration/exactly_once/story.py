"""A life of the counting core in which every step happens that the table of crash points speaks of."""

from __future__ import annotations

from tests.integration.exactly_once.crash import KEEPER_POINTS, WORKER_POINTS
from tests.integration.exactly_once.hits import Hit
from tests.integration.exactly_once.machine import Machine
from tests.integration.exactly_once.model import Model, recover

NOON = 1_795_348_800.0  # 22 November 2026, 12:00 UTC
DAY = 86_400
NEW = 1 | 2 | 4 | 8 | 16 | 64  # a new visitor's first view
NEXT = 1 | 2 | 4 | 8 | 32 | 64  # the second view, of another page
AGAIN = 16 | 64  # a later visit of the same day


class Story:
    """Tells the same life each time, but that one process dies at a point, once."""

    def __init__(self, machine: Machine, model: Model, sites: tuple[str, ...], point: str) -> None:
        self.machine = machine
        self.model = model
        self.has_died = False
        self._sites = sites
        self._death: str | None = point
        self._now = NOON

    def tell(self) -> None:
        self._count(visits=6)
        self._seal()
        self._count(visits=3)
        self.machine.kill_worker()
        self._keep("merge", "release")
        self._count(visits=7)
        self._seal()
        self._count(visits=2)
        self.machine.kill_worker()
        self._keep("merge", "save", "load", "release")  # of breakdowns too, since totals are stored
        self._count(visits=8)
        self._seal()
        self._keep("merge", "release")
        for days in (1, 9, 40):  # a day, a month, a year has passed
            self._now = NOON + days * DAY
            self._keep("merge", "close")
            self._count(visits=6)
            self._seal()
            self.machine.kill_worker()

    def tell_of_two_machines(self) -> None:
        """The other one is alive and hands nothing over, so that this one does, and closes after an hour."""
        self._count(visits=6)
        self.machine.kill_worker()
        self._keep("merge", "release")
        self._count(visits=3)
        self.machine.kill_worker()
        self._keep("merge")
        self._now = NOON + DAY / 2 + 60
        self.machine.tell_of_another(self._now)
        if not self.machine.keep("close", self._now, self._keeper_death):
            self._died()
        assert self.machine.keep("close", self._now)
        assert not self.machine.closed()
        self.model.has_handed_over = True
        self._now += 3_600
        assert self.machine.keep("close", self._now)
        self.model.check(self.machine)

    def _count(self, visits: int) -> None:
        day = {0: "2026-11-22", 1: "2026-11-23", 9: "2026-12-01", 40: "2027-01-01"}[int(self._now - NOON) // DAY]
        hits = [
            Hit(site, detail, day, path, country, flags)
            for site, detail in zip(self._sites, ("month", "day"), strict=True)
            for number in range(visits)
            for path, country, flags in (
                ("/", "FR" if number % 3 else "DE", NEW if number else AGAIN),
                ("/about" if number % 2 else "/quiet", "", NEXT),
            )
        ]
        answered = self.machine.worker(self._now).hit(hits, self._now, self._worker_death)
        self.model.answered(hits[:answered])
        if answered < len(hits):
            self._died()
            self.model.in_doubt(hits[answered], self.machine)
            self.model.check(self.machine)
            self._resend(hits[answered + 1 :])

    @property
    def _keeper_death(self) -> str | None:
        return self._death if self._death in KEEPER_POINTS else None

    @property
    def _worker_death(self) -> str | None:
        return self._death if self._death in WORKER_POINTS else None

    def _resend(self, hits: list[Hit]) -> None:
        assert self.machine.worker(self._now).hit(hits, self._now) == len(hits)
        self.model.answered(hits)

    def _seal(self) -> None:
        if not self.machine.worker(self._now).seal(self._now, self._worker_death):
            self._died()

    def _keep(self, *steps: str) -> None:
        for step in steps:
            if not self.machine.keep(step, self._now, self._keeper_death):
                self._died()
                self._again(step)
            if step != "save":  # what was saved is in the file alone
                self.model.check(self.machine)

    def _again(self, step: str) -> None:
        """What a person or the next keeper does: a save or load is asked for anew unless it had come through."""
        is_through = {"save": self.machine.saved.exists(), "load": self.machine.has_loaded()}.get(step, False)
        if not is_through:
            assert self.machine.keep(step, self._now)
            recover(self.machine, self._now)

    def _died(self) -> None:
        self.has_died, self._death = True, None
        self.machine.bury_worker()
        recover(self.machine, self._now)
