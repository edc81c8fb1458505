"""Terms change at once before a site's first counted hit. A hit may be in more places than in the database's cells."""

import time
from contextlib import closing

import pytest

from consent_service.cli.context import Context
from consent_service.spool.directory import Spool, SpoolError
from consent_service.storage.counts import spools
from consent_service.storage.database.engine import is_shared, reading, writing
from consent_service.storage.database.spool_lock import lock_database


@pytest.fixture
def key(any_world):
    return any_world.add_site()


@pytest.fixture
def has_data(any_world, key):
    context = Context(any_world.config)

    def ask():
        with reading(any_world.engine) as connection:
            return context.has_data(connection, key)

    yield ask
    context.close()


def test_a_new_site_has_data_nothing(has_data):
    assert not has_data()


def test_a_hit_of_another_site_is_none_of_this_one(any_world, has_data):
    any_world.visits(any_world.add_site("Haven", ("haven.example",)), 1)

    assert not has_data()


@pytest.mark.parametrize("step", ["counted", "sealed", "merged", "released"])
def test_a_hit_is_seen_wherever_it_is(any_world, key, has_data, step):
    any_world.visits(key, 12)
    if step == "sealed":
        any_world.app.writer.seal()
    if step == "merged":
        any_world.merge()
    if step == "released":
        assert any_world.release()

    assert has_data()


def test_a_hit_that_is_about_to_be_merged_is_seen(any_world, key, has_data):
    any_world.visits(key, 1)
    any_world.app.writer.seal()
    spool = any_world.app.services.spool
    [sealed] = spool.tallies.glob("*.sealed")
    sealed.rename(spool.claimed / f"000000000001-{sealed.stem}")

    assert has_data()


def test_what_was_folded_into_nothing_has_still_been_counted(any_world, key, has_data):
    any_world.visits(key, 1)
    any_world.clock.move(days=1)
    assert any_world.close()
    any_world.keeper.save(any_world.config.data_dir / "saved", "a long passphrase")

    assert has_data()


@pytest.mark.parametrize(("ago", "was_there"), [(60, True), (3_600, True), (30 * 86_400, False)])
def test_another_machine_that_was_there_since_may_have_counted(any_world, has_data, ago, was_there):
    with writing(any_world.engine) as connection:
        spools.seen(connection, "another machine", time.time() - ago)

    assert has_data() == (was_there and is_shared(any_world.engine))


def test_a_spool_that_is_not_the_services_cannot_tell(world, tmp_path):
    key = world.add_site()
    with lock_database(world.config.database_url, Spool(tmp_path / "other")), reading(world.engine) as connection:
        with pytest.raises(SpoolError, match="CONSENT_SPOOL_DIR"), closing(Context(world.config)) as context:
            context.has_data(connection, key)
