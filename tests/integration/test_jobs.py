"""The keeper's jobs: what waits is said once, and the next interval tries again."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from consent_service.keeper.jobs import JOBS, JobRunner, catch_up
from consent_service.spool import status
from consent_service.spool.status import KeeperStatus
from consent_service.spool.tally import MAGIC


def test_a_step_that_cannot_be_done_is_said_once_without_the_statement(world, tmp_path, caplog):
    key = world.add_site()
    world.visits(key, 12)
    world.merge()
    world.clock.move(minutes=1)
    database = tmp_path / "data" / "consent.sqlite3"
    world.keeper.engine.dispose()
    database.rename(database.with_suffix(".away"))
    database.mkdir()
    [release] = [job for job in JOBS if job.name == "release"]

    runner = JobRunner(world.keeper, world.app.services.spool, monotonic=lambda: 0)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            runner.run(release)
        database.rmdir()
        database.with_suffix(".away").rename(database)
        runner.run(release)

    assert [record.getMessage() for record in caplog.records] == [
        "release waits: the database is away (OperationalError)",
        "release goes on",
    ]
    assert world.stored(key, "2026-11")["site"][""][1] == 12


def test_when_one_job_goes_on_those_that_waited_with_it_are_tried_at_once(world):
    runner = JobRunner(world.keeper, world.app.services.spool, monotonic=lambda: 0)
    jobs = {job.name: job for job in JOBS}
    blocked = world.app.services.spool.batch
    blocked.mkdir()
    for name in ("release", "close"):
        runner.run(jobs[name])
    assert status.read(world.app.services.spool).troubles.keys() == {"release", "close"}

    blocked.rmdir()
    runner.run(jobs["release"])
    assert status.read(world.app.services.spool).troubles == {}


def test_a_job_that_fails_again_and_again_is_tried_after_longer_and_longer(world, monkeypatch):
    hands, tried = [0.0], []
    runner = JobRunner(world.keeper, world.app.services.spool, monotonic=lambda: hands[0])

    def step(_):
        tried.append(hands[0])
        if hands[0] < 100:
            raise OSError(2, "gone")

    job = JOBS[0]._replace(step=step)
    while hands[0] < 130:
        runner.run_if_due(job)
        hands[0] += 1

    assert tried[:8] == [0, 1, 3, 7, 15, 30, 45, 60]
    assert tried[-25:] == [*range(105, 130)]  # each second again


def test_jobs_that_a_clock_set_back_has_put_off_run_at_once():
    scheduler = BackgroundScheduler(timezone=UTC)
    now = datetime.now(UTC)
    for name, ahead in (("put off", 5 * 3_600), ("due soon", 20)):
        scheduler.add_job(print, "interval", seconds=30, id=name, next_run_time=now + timedelta(seconds=ahead))
    scheduler.start(paused=True)
    catch_up(scheduler, now)
    found = {job.id: job.next_run_time for job in scheduler.get_jobs()}
    scheduler.shutdown()

    assert found == {"put off": now, "due soon": now + timedelta(seconds=20)}


@pytest.fixture
def now(world):
    """The machine's own clock, at will."""
    hands = [1_000.0]
    world.app.services.monotonic = lambda: hands[0]
    return hands


def readyz(world):
    answer = world.client.get("/readyz")
    return answer.status_code, answer.text


def test_readyz_says_that_no_keeper_has_started(world, now):
    assert readyz(world) == (503, "the keeper has not started yet: hits are counted, but not released or closed\n")


@pytest.mark.parametrize("later", [31, -900], ids=["silent", "the machine was started anew"])
def test_readyz_says_that_the_keeper_is_gone(world, now, later):
    status.tell(world.app.services.spool, KeeperStatus(now[0]))
    assert readyz(world) == (200, "ready\n")

    now[0] += later
    code, text = readyz(world)
    assert code == 503
    assert "the keeper is not running" in text


def test_readyz_says_what_the_keeper_waits_for(world, now):
    runner = JobRunner(world.keeper, world.app.services.spool, monotonic=lambda: now[0])
    blocked = world.app.services.spool.batch
    blocked.mkdir()
    [release] = [job for job in JOBS if job.name == "release"]
    runner.run(release)
    assert readyz(world) == (503, "release waits: Is a directory\n")

    blocked.rmdir()
    runner.run(release)
    assert readyz(world) == (200, "ready\n")


def test_readyz_says_that_tallies_of_another_version_wait(world, now):
    site = world.add_site()
    world.visits(site, 12)
    world.app.writer.seal()
    [tally] = world.app.services.spool.tallies.glob("*.sealed")
    with tally.open("r+b") as stream:
        stream.write((MAGIC + 1).to_bytes(8, "little"))
    JobRunner(world.keeper, world.app.services.spool, monotonic=lambda: now[0]).run(JOBS[0])

    code, text = readyz(world)
    assert code == 503
    assert text.startswith("merge waits: 1 tallies in")
    assert "of another version" in text


def test_readyz_says_that_the_spool_is_full(world, now, monkeypatch):
    status.tell(world.app.services.spool, KeeperStatus(now[0]))
    site = world.add_site()
    token = world.token(site)
    world.app.writer.seal()
    monkeypatch.setattr("consent_service.spool.writer.MOST_WAITING", 0)
    monkeypatch.setattr("consent_service.spool.tally.MOST_CELLS", 0)
    assert world.view(site, token).status_code == 503
    assert readyz(world) == (503, "the spool is full, or was removed: hits are answered 503 until there is room\n")

    monkeypatch.undo()
    assert world.view(site, token).status_code == 204
