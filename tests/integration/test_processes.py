"""Several processes that work on one spool in turn: a service's keeper, and commands that do a keeper's work."""

import pytest

from consent_service.keeper.keeper import create_keeper
from consent_service.spool.pending import PendingStore
from consent_service.storage.counts import cells

PASSPHRASE = "correct horse battery"


@pytest.fixture
def site(world):
    key = world.add_site()
    world.visits(key, 12)
    world.merge()
    return key


@pytest.fixture
def command(world):
    """The keeper of a command, beside that of the service."""
    made = create_keeper(world.config, world.clock)
    yield made
    made.engine.dispose()


class Crash(Exception):
    """The process ends here."""


def crash(*_, **__):
    raise Crash


def released_and_pending(world, site):
    stored = world.stored(site, "2026-11").get("site", {}).get("", [0, 0])[1]
    pending = PendingStore(world.app.services.spool).sites[site].periods["2026-11"]["site"][""][1]
    return stored, pending


def test_who_comes_after_another_process_reads_the_spool_anew(world, site, command, tmp_path):
    command.save(tmp_path / "file", PASSPHRASE)  # it has read the spool, and keeps what it read
    world.visits(site, 11)
    world.merge()
    world.clock.move(minutes=1)
    world.keeper.release()
    command.load(tmp_path / "file", PASSPHRASE)
    assert released_and_pending(world, site) == (11, 12)

    world.clock.move(minutes=2)
    world.keeper.release()
    assert released_and_pending(world, site) == (23, 0)


def test_a_save_begins_by_finishing_the_batch_that_is_under_way(world, site, command, tmp_path, monkeypatch):
    world.clock.move(minutes=1)
    with monkeypatch.context() as patched:
        patched.setattr(cells, "apply", crash)
        with pytest.raises(Crash):
            world.keeper.release()

    command.save(tmp_path / "file", PASSPHRASE)
    command.load(tmp_path / "file", PASSPHRASE)
    world.clock.move(minutes=1)
    command.release()
    assert released_and_pending(world, site) == (12, 0)
