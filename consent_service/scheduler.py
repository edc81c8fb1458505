"""The keeper's job table: interval jobs that ask what is due. The only place that imports APScheduler."""

from __future__ import annotations

import logging
import signal
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from consent_service.keeper import Keeper
from consent_service.storage.engine import AWAY
from consent_service.tokens import MissingKey

log = logging.getLogger("consent_service.keeper")


STOPS = {signal.SIGTERM, signal.SIGINT}


class Job(NamedTuple):
    name: str
    seconds: int
    step: Callable[[Keeper], object]


JOBS = (
    Job("merge", 1, Keeper.merge),  # tallies into pending counts
    Job("watch", 2, Keeper.watch),  # tell workers of changed sites and notices
    Job("release", 5, Keeper.release),  # write what has reached k
    Job("close", 30, Keeper.close),  # make periods final that have passed
    Job("seen", 60, Keeper.seen),  # tell other machines that this spool is alive
)


def run(keeper: Keeper) -> None:
    """Run the jobs, one at a time, until the process is told to stop; a step under way is finished."""
    # Blocked here and in every thread, and waited for: a handler would interrupt the scheduler in the middle of
    # whatever it holds.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    scheduler = _scheduler(keeper)
    scheduler.start()
    signal.sigwait(STOPS)
    scheduler.shutdown()


def _scheduler(keeper: Keeper) -> BackgroundScheduler:
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone=UTC,
    )
    troubles: dict[str, str] = {}
    for job in JOBS:
        scheduler.add_job(
            _attempt,
            "interval",
            (job, keeper, troubles),
            seconds=job.seconds,
            id=job.name,
            next_run_time=datetime.now(UTC),
        )
    return scheduler


def _attempt(job: Job, keeper: Keeper, troubles: dict[str, str]) -> None:
    """Do one step. What goes wrong is said once, not at every attempt; the next interval tries again."""
    try:
        job.step(keeper)
    except Exception as error:  # noqa: BLE001 - a step that always fails must not fill the log each second
        trouble = _describe(error)
        if troubles.get(job.name) != trouble:
            log.warning("%s waits: %s", job.name, trouble)
        troubles[job.name] = trouble
    else:
        if troubles.pop(job.name, None):
            log.warning("%s goes on", job.name)


def _describe(error: Exception) -> str:
    """What went wrong, without the statement and its parameters."""
    if isinstance(error, AWAY):
        return f"the database is away ({type(error.orig).__name__})"
    if isinstance(error, OSError):
        return str(error.strerror)
    if isinstance(error, MissingKey):
        return str(error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"an error in the program: {type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
