"""The keeper's job table: interval jobs that ask what is due. The only place that imports APScheduler."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler

from consent_service.domain.errors import UserError
from consent_service.keeper.keeper import Keeper
from consent_service.serving import faults
from consent_service.spool import status
from consent_service.spool.directory import Spool
from consent_service.spool.status import KeeperStatus
from consent_service.storage.database.engine import AWAY

log = logging.getLogger("consent_service.keeper.keeper")


STOPS = {signal.SIGTERM, signal.SIGINT}

LEAST_PAUSE, MOST_PAUSE = 1, 15
"""Seconds until a job that failed is tried again: twice as long each time, so that a spool or database that is gone for
long is not asked for each second, and one that is back is noticed soon."""

LOOK_SECONDS = 1
"""How often the keeper looks whether the clock was set back."""


class Job(NamedTuple):
    name: str
    seconds: int
    step: Callable[[Keeper], object]


class Pause(NamedTuple):
    """How long a job that failed is left alone, and until when on the machine's own clock."""

    seconds: int
    ends: float


JOBS = (
    Job("merge", 1, Keeper.merge),  # tallies into pending counts
    Job("watch", 2, Keeper.watch),  # tell workers of changed sites and notices
    Job("release", 5, Keeper.release),  # write what has reached k
    Job("assign", 60, Keeper.assign),  # fix which key signs a quarter that begins
    Job("seen", 60, Keeper.seen),  # tell other machines that this spool is alive
    Job("close", 30, Keeper.close),  # make periods final that have passed
    Job("coarsen", 60, Keeper.coarsen),  # delete days and weeks that are kept no longer
    Job("reserve", 5, Keeper.reserve),  # keep the seats of what was published
)


def run(keeper: Keeper, spool: Spool) -> None:
    """Run the jobs, one at a time, until the process is told to stop; a step under way is finished."""
    # Blocked here and in every thread, and waited for: a handler would interrupt the scheduler in the middle of
    # whatever it holds.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    # It warns of each run that is left out while another job takes long, which with the database away is each second.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    runner = JobRunner(keeper, spool, time.monotonic)
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone=UTC,
    )
    for job in JOBS:
        scheduler.add_job(
            runner.run_if_due, "interval", (job,), seconds=job.seconds, id=job.name, next_run_time=datetime.now(UTC)
        )
    scheduler.start()
    while signal.sigtimedwait(STOPS, LOOK_SECONDS) is None:
        catch_up(scheduler, datetime.now(UTC))
    scheduler.shutdown()


def catch_up(scheduler: BaseScheduler, now: datetime) -> None:
    """Run what a clock that was set back has put off: the scheduler waits for a time on the clock."""
    for job in scheduler.get_jobs():
        if job.next_run_time > now + job.trigger.interval:
            job.modify(next_run_time=now)


class JobRunner:
    """Does the steps, and tells workers and log what waits and why. ``monotonic`` is the machine's own clock."""

    def __init__(self, keeper: Keeper, spool: Spool, monotonic: Callable[[], float]) -> None:
        self._keeper = keeper
        self._spool = spool
        self._monotonic = monotonic
        self._troubles: dict[str, str] = {}
        self._pauses: dict[str, Pause] = {}

    def run_if_due(self, job: Job) -> None:
        """Do one step, unless it failed a short while ago."""
        if job.name not in self._pauses or self._pauses[job.name].ends <= self._monotonic():
            self.run(job)

    def run(self, job: Job) -> None:
        """Do one step. What goes wrong is logged once, not at every attempt; it is tried again after a pause."""
        try:
            job.step(self._keeper)
        except Exception as error:  # noqa: BLE001 - a step that always fails must not fill the log each second
            self._note(job, _describe(error))
        else:
            self._pauses.pop(job.name, None)
            if self._troubles.pop(job.name, None):
                log.warning("%s goes on", job.name)
                self._try_the_others()
        with suppress(OSError):  # a full spool: what was told last grows old, and workers say so
            status.tell(self._spool, KeeperStatus(self._monotonic(), self._troubles))

    def _try_the_others(self) -> None:
        """What one job waited for is there again: the rare ones need not wait for their interval."""
        for job in JOBS:
            if job.name in self._troubles:
                self.run(job)

    def _note(self, job: Job, trouble: str) -> None:
        if self._troubles.get(job.name) != trouble:
            log.warning("%s waits: %s", job.name, trouble)
        self._troubles[job.name] = trouble
        before = self._pauses.get(job.name)
        seconds = min(2 * before.seconds, MOST_PAUSE) if before else LEAST_PAUSE
        self._pauses[job.name] = Pause(seconds, self._monotonic() + seconds)


def _describe(error: Exception) -> str:
    """What went wrong, without the statement and its parameters."""
    if isinstance(error, AWAY) and isinstance(error.orig, UserError):
        return str(error.orig)
    if isinstance(error, AWAY):
        return f"the database is away ({type(error.orig).__name__})"
    if isinstance(error, OSError):
        return str(error.strerror)
    if isinstance(error, UserError):
        return str(error)
    return faults.describe(error)
