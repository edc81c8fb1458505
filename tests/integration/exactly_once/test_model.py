"""Hits, seals, merges, releases, closes and crashes in any order: files and database against a plain dictionary."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.integration.exactly_once.crash import KEEPER_POINTS, WORKER_POINTS
from tests.integration.exactly_once.hits import Hit
from tests.integration.exactly_once.machine import Machine
from tests.integration.exactly_once.model import Model, recover
from tests.integration.exactly_once.story import AGAIN, DAY, NEW, NEXT, NOON

LINES = st.integers(1, 900)
"""A step takes some hundred lines of our code."""


def deaths(points):
    """Mostly none, else at a point of the table or after any line."""
    return st.none() | st.sampled_from(sorted(points)) | LINES


class Life(RuleBasedStateMachine):
    """A machine's life. ``template`` is set by the test."""

    template: tuple[Path, tuple[str, ...]]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="consent-test-", dir="/dev/shm"))
        file, self.sites = self.template
        shutil.copyfile(file, self.folder / "consent.sqlite3")
        self.machine = Machine(self.folder, f"sqlite:///{self.folder}/consent.sqlite3")
        self.model = Model()
        self.now = NOON

    @rule(
        place=st.integers(0, 1),
        visits=st.integers(1, 7),
        path=st.sampled_from(["/", "/a", "/b"]),
        country=st.sampled_from(["FR", "DE"]),
        views=st.sampled_from([(NEW,), (NEW, NEXT), (AGAIN,), (AGAIN, NEXT & ~15, 0)]),
        death=deaths(WORKER_POINTS),
    )
    def hit(self, place, visits, path, country, views, death):
        day = datetime.fromtimestamp(self.now, UTC).date().isoformat()
        site, detail = self.sites[place], ("month", "day")[place]
        hits = [Hit(site, detail, day, path, country, flags) for _ in range(visits) for flags in views]
        answered = self.machine.worker(self.now).hit(hits, self.now, death)
        self.model.answered(hits[:answered])
        if answered < len(hits):
            self.machine.bury_worker()
            recover(self.machine, self.now)
            self.model.in_doubt(hits[answered], self.machine)

    @rule(death=deaths(WORKER_POINTS))
    def seal(self, death):
        if not self.machine.worker(self.now).seal(self.now, death):
            self.machine.bury_worker()

    @rule()
    def kill_worker(self):
        self.machine.kill_worker()

    @rule(step=st.sampled_from(["merge", "release", "close"]), death=deaths(KEEPER_POINTS))
    def keep(self, step, death):
        self.machine.keep(step, self.now, death)

    @rule(days=st.sampled_from([0.1, 1, 10, 40]))
    def time_passes(self, days):
        self.now += days * DAY

    @invariant()
    def nothing_is_lost_or_doubled(self):
        if self.machine.is_settled:
            self.model.check(self.machine)

    def teardown(self):
        self.machine.kill_worker()
        recover(self.machine, self.now)
        self.now += 400 * DAY
        assert self.machine.keep("close", self.now)
        self.model.check(self.machine)
        shutil.rmtree(self.folder)


def test_whatever_happens_in_whatever_order_every_hit_is_counted_once(template, request):
    Life.template = template
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=200 if request.config.getoption("--long") else 8,
            stateful_step_count=25,
            deadline=None,
            database=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
