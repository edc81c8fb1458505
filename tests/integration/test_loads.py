"""Loads of saved spools whose outcome nobody knows for a while: added once, whatever comes between."""

import threading

import pytest
from sqlalchemy.exc import OperationalError

from consent_service.spool import saved
from consent_service.spool.directory import Spool, SpoolError
from consent_service.spool.pending import PendingStore
from consent_service.storage.counts import saved_spools
from tests.e2e.service import wait_until
from tests.together import at_once, waits_for_a_lock
from tests.world import World

PASSPHRASE = "correct horse battery"


@pytest.fixture
def shared(environ, clock, postgresql):
    """A service on PostgreSQL."""
    made = World({**environ, "CONSENT_DATABASE_URL": postgresql.new_database()}, clock)
    yield made
    made.dispose()


@pytest.fixture
def other(shared, spool_dir):
    """Another machine's service on the same database."""
    made = World({**shared.environ, "CONSENT_SPOOL_DIR": f"{spool_dir}-other"}, shared.clock)
    yield made
    made.dispose()


def count(world, site, number):
    world.visits(site, number)
    world.merge()


def pending_visits(world, site):
    """What the spool holds of a site, its month's visits."""
    found = PendingStore(Spool(world.config.spool_dir)).sites.get(site)
    return found.periods["2026-11"]["site"][""][1] if found and found.periods else 0


def be_away(*_):
    raise OperationalError("INSERT", {}, Exception())


def test_a_load_whose_commit_is_in_doubt_is_waited_for(shared, tmp_path):
    site = shared.add_site()
    count(shared, site, 3)
    shared.keeper.save(tmp_path / "file", PASSPHRASE)
    staged = saved.open_saved(tmp_path / "file", PASSPHRASE)
    saved.stage(shared.app.services.spool, staged)

    with shared.engine.connect() as command, command.begin():  # it died while its commit waited for a replica
        saved_spools.note(command, staged.id, shared.app.services.spool.id)
        recovery = threading.Thread(target=shared.keeper.release)
        recovery.start()
        wait_until(lambda: not recovery.is_alive() or waits_for_a_lock(shared), "the keeper to come to the load")
    recovery.join()

    assert pending_visits(shared, site) == 3


def test_a_load_that_is_begun_again_later_does_not_add_what_was_saved_anew(world, tmp_path, monkeypatch):
    site = world.add_site()
    count(world, site, 3)
    world.keeper.save(tmp_path / "first", PASSPHRASE)
    world.keeper.load(tmp_path / "first", PASSPHRASE)
    world.keeper.save(tmp_path / "second", PASSPHRASE)

    with monkeypatch.context() as patched:
        patched.setattr(saved_spools, "note", be_away)
        with pytest.raises((SpoolError, OperationalError)):
            world.keeper.load(tmp_path / "first", PASSPHRASE)
    world.keeper.close()
    world.keeper.load(tmp_path / "second", PASSPHRASE)

    assert pending_visits(world, site) == 3


def test_a_load_that_the_database_was_away_for_is_finished_when_it_is_back(world, tmp_path, monkeypatch):
    site = world.add_site()
    count(world, site, 3)
    world.keeper.save(tmp_path / "file", PASSPHRASE)

    with monkeypatch.context() as patched:
        patched.setattr(saved_spools, "note", be_away)
        with pytest.raises(OperationalError):
            world.keeper.load(tmp_path / "file", PASSPHRASE)
    world.keeper.release()

    assert pending_visits(world, site) == 3
    with pytest.raises(SpoolError, match="loaded before"):
        world.keeper.load(tmp_path / "file", PASSPHRASE)


def test_a_second_load_is_refused_on_another_machine(shared, other, tmp_path):
    site = shared.add_site()
    count(shared, site, 3)
    shared.keeper.save(tmp_path / "file", PASSPHRASE)
    shared.keeper.load(tmp_path / "file", PASSPHRASE)

    with pytest.raises(SpoolError, match="loaded before"):
        other.keeper.load(tmp_path / "file", PASSPHRASE)
    assert (pending_visits(shared, site), pending_visits(other, site)) == (3, 0)


def test_of_two_machines_that_load_a_file_at_once_one_has_it(shared, other, tmp_path):
    site = shared.add_site()
    refused = []

    def load(world):
        try:
            world.keeper.load(tmp_path / "file", PASSPHRASE)
        except SpoolError:
            refused.append(world)

    count(shared, site, 3)
    shared.keeper.save(tmp_path / "file", PASSPHRASE)
    at_once(lambda: load(shared), lambda: load(other))

    assert len(refused) == 1
    assert sorted((pending_visits(shared, site), pending_visits(other, site))) == [0, 3]
