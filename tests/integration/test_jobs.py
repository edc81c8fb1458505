"""The keeper's jobs: what waits is said once, and the next interval tries again."""

import logging

from consent_service.scheduler import JOBS, _attempt


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

    troubles = {}
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            _attempt(release, world.keeper, troubles)
        database.rmdir()
        database.with_suffix(".away").rename(database)
        _attempt(release, world.keeper, troubles)

    assert [record.getMessage() for record in caplog.records] == [
        "release waits: the database is away (OperationalError)",
        "release goes on",
    ]
    assert world.stored(key, "2026-11")["site"][""][1] == 12


def test_a_change_made_elsewhere_reaches_the_workers_of_this_machine(world):
    before = world.app.services.generation.current()
    world.add_site()
    assert world.app.services.generation.current() == before

    world.keeper.watch()
    assert world.app.services.generation.current() > before
