"""A database that is some batches behind, or ahead, of what the spool remembers: nothing is written twice."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import delete

from consent_service.spool import batch
from consent_service.storage import counters, tables
from consent_service.storage.engine import writing


class Crash(Exception):
    """The process ends here."""


def crash(*_, **__):
    raise Crash


@pytest.fixture
def site(world):
    key = world.add_site()
    world.visits(key, 12)
    return key


def visits(world, site):
    return world.stored(site, "2026-11")["site"][""][1]


def copy(source, target):
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def release_until(world, monkeypatch, where, name):
    """A release that is cut short before it calls this."""
    world.merge()
    world.clock.move(minutes=1)
    monkeypatch.setattr(where, name, crash)
    with pytest.raises(Crash):
        world.keeper.release()
    monkeypatch.undo()


def test_a_database_restored_from_a_backup_is_not_written_twice(world, site, tmp_path):
    file = tmp_path / "data" / "consent.sqlite3"
    copy(file, tmp_path / "backup")
    for _ in range(3):
        world.release()
        world.visits(site, 12)
    world.merge()
    for engine in (world.engine, world.keeper.engine, world.app.services.engine):
        engine.dispose()
    copy(tmp_path / "backup", file)

    for _ in range(3):
        world.clock.move(minutes=1)
        world.keeper.release()
    assert visits(world, site) == 12  # what was pending, once; the rest went with the database


def test_a_batch_under_way_is_applied_to_a_database_that_does_not_know_the_spool(world, site, monkeypatch):
    world.release()
    world.visits(site, 13)
    release_until(world, monkeypatch, counters, "apply")
    with writing(world.engine) as connection:
        for table in (tables.spools, tables.cells):  # as in a backup from before the spool was made
            connection.execute(delete(table))

    world.keeper.release()
    assert visits(world, site) == 13


def test_a_late_commit_of_an_earlier_attempt_changes_nothing(world, site, monkeypatch):
    release_until(world, monkeypatch, batch, "settle")
    waiting = batch.under_way(world.app.services.spool)
    world.keeper.release()

    with writing(world.engine) as connection:
        counters.apply(connection, world.app.services.spool.id, waiting, rows_of=None)
    assert visits(world, site) == 12
