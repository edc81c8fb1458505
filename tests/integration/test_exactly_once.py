"""What a crash, a restored database or a second machine may not do: lose a count or write it twice."""

import sqlite3

import pytest

from consent_service.app import create_keeper
from consent_service.spool import batch
from consent_service.storage import counters
from tests.world import World


class Crash(Exception):
    """The process ends here."""


def crash(*_, **__):
    raise Crash


@pytest.fixture
def site(world):
    key = world.add_site()
    world.visits(key, 12)
    return key


def total(world, site):
    """Visits of the month: what the database holds and what is pending, together."""
    from consent_service.spool.pending import PendingStore

    stored = world.stored(site, "2026-11").get("site", {}).get("", [0] * 6)
    pending = PendingStore(world.app.services.spool).sites[site].periods.get("2026-11", {})
    return stored[1] + pending.get("site", {}).get("", [0] * 6)[1]


STEPS = [
    (batch, "put"),
    (counters, "apply"),
    (batch, "settle"),
    ("consent_service.spool.pending.PendingStore", "save"),
]


@pytest.mark.parametrize(("where", "name"), STEPS, ids=[name for _, name in STEPS])
def test_a_release_cut_short_is_repeated_and_counts_once(world, site, monkeypatch, where, name):
    world.merge()
    world.clock.move(minutes=1)
    monkeypatch.setattr(f"{where}.{name}" if isinstance(where, str) else f"{where.__name__}.{name}", crash)
    with pytest.raises(Crash):
        world.keeper.release()
    monkeypatch.undo()

    keeper = create_keeper(world.config, world.clock)  # the process that comes after
    keeper.release()
    keeper.engine.dispose()
    assert world.stored(site, "2026-11")["site"][""][1] == 12
    assert total(world, site) == 12


@pytest.mark.parametrize("name", ["read", "_merged", "_merge_refusals", "_remove"])
def test_a_merge_cut_short_is_repeated_and_counts_once(world, site, monkeypatch, name):
    where = "consent_service.spool.merge.segments" if name == "read" else "consent_service.spool.merge"
    world.app.writer.seal()
    monkeypatch.setattr(f"{where}.{name}", crash)
    with pytest.raises(Crash):
        world.keeper.merge()
    monkeypatch.undo()

    world.visits(site, 3)
    world.merge()
    world.merge()
    assert total(world, site) == 15


def test_a_database_restored_from_a_backup_is_not_written_twice(world, site, tmp_path):
    file = tmp_path / "data" / "consent.sqlite3"
    backup = sqlite3.connect(tmp_path / "backup")
    source = sqlite3.connect(file)
    source.backup(backup)
    source.close()
    for _ in range(3):
        world.release()
        world.visits(site, 12)
    world.merge()
    for engine in (world.engine, world.keeper.engine, world.app.services.engine):
        engine.dispose()
    restored = sqlite3.connect(file)
    backup.backup(restored)
    restored.close()
    backup.close()

    for _ in range(3):
        world.clock.move(minutes=1)
        world.keeper.release()
    assert world.stored(site, "2026-11")["site"][""][1] == 12  # what was pending, once; the rest went with the database


def test_a_late_commit_of_an_earlier_attempt_changes_nothing(world, site, monkeypatch):
    world.merge()
    world.clock.move(minutes=1)
    monkeypatch.setattr(batch, "settle", crash)
    with pytest.raises(Crash):
        world.keeper.release()
    monkeypatch.undo()
    waiting = batch.under_way(world.app.services.spool)
    world.keeper.release()

    from consent_service.storage.engine import writing

    with writing(world.engine) as connection:
        counters.apply(connection, world.app.services.spool.id, waiting, rows_of=None)
    assert world.stored(site, "2026-11")["site"][""][1] == 12


def test_a_period_that_another_machine_has_closed_stays_as_it_is(world, site, environ, clock):
    other = World({**environ, "CONSENT_SPOOL_DIR": f"{world.config.spool_dir}-other"}, clock)
    other.visits(site, 12)
    other.merge()
    world.merge()
    assert other.keeper.close() == 0  # from now on it remembers what is closed
    clock.move(days=10)
    assert world.close() > 0
    closed = world.stored(site, "2026-11")

    assert other.keeper.close() > 0  # finds it closed, and goes on
    assert other.keeper.release() > 0  # into the year, which is open
    assert world.stored(site, "2026-11") == closed
    assert world.stored(site, "2026")["site"][""][1] == 12
    other.dispose()


def test_a_sealed_tally_of_the_new_day_does_not_hold_up_the_close(world, site):
    world.clock.move(days=1)
    world.merge()
    world.visits(site, 3)
    world.app.writer.seal()

    assert world.keeper.close() > 0
