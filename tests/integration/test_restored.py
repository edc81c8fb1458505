"""A database that is some batches behind, or ahead, of what the spool remembers: nothing is written twice."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import delete, select

from consent_service.keeper.keeper import create_keeper
from consent_service.spool import batch
from consent_service.storage import tables
from consent_service.storage.counts import cells
from consent_service.storage.database.engine import reading, writing


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
    release_until(world, monkeypatch, cells, "apply")
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
        cells.apply(connection, world.app.services.spool.id, waiting, rows_of=None)
    assert visits(world, site) == 12


def restored(world, backup):
    """The running service finds an older database under its feet."""
    for engine in (world.engine, world.keeper.engine, world.app.services.engine):
        engine.dispose()
    copy(backup, world.engine.url.database)


def closed(world, site):
    with reading(world.engine) as connection:
        found = connection.scalars(select(tables.closed_periods.c.period).filter_by(site=site))
        return sorted(period for period in found if len(period) == 10)


def test_periods_that_were_closed_after_the_backup_are_closed_again(world, site, tmp_path):
    world.release()
    copy(world.engine.url.database, tmp_path / "backup")
    world.clock.move(days=1)
    world.close()
    restored(world, tmp_path / "backup")
    world.clock.move(days=1)
    world.close()

    assert closed(world, site) == ["2026-11-22", "2026-11-23"]
    assert world.stored(site, "2026-11-22")["site"][""][1] == 12


def test_a_period_that_was_lost_while_later_ones_were_closed_is_closed_again(world, site):
    world.release()
    world.clock.move(days=3)
    world.close()
    with writing(world.engine) as connection:  # as a failover in the middle of a close may leave it
        connection.execute(delete(tables.closed_periods).filter_by(period="2026-11-23"))

    keeper = create_keeper(world.config, world.clock)
    assert keeper.close() > 0
    assert closed(world, site) == ["2026-11-22", "2026-11-23", "2026-11-24"]
    keeper.engine.dispose()


def test_a_restore_in_the_middle_of_a_close_leaves_no_period_open(world, site, tmp_path, monkeypatch):
    world.release()
    copy(world.engine.url.database, tmp_path / "backup")
    world.clock.move(days=1)
    world.close()
    world.clock.move(days=1)
    put = batch.put

    def put_after_a_restore(*arguments):
        monkeypatch.undo()
        restored(world, tmp_path / "backup")
        put(*arguments)

    monkeypatch.setattr(batch, "put", put_after_a_restore)
    world.close()
    world.clock.move(days=1)
    world.close()

    assert closed(world, site) == ["2026-11-22", "2026-11-23", "2026-11-24"]
