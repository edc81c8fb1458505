"""A database that hangs: nobody waits for long, merging goes on, and what may have been written is written once."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from consent_service.keeper.jobs import JOBS, JobRunner
from consent_service.keeper.keeper import create_keeper
from consent_service.spool import batch, status
from consent_service.spool.pending import PendingStore
from consent_service.storage import sites
from consent_service.storage.database.engine import connect, writing
from tests.postgresql import PostgreSQL
from tests.world import World


@pytest.fixture
def server():
    """A PostgreSQL server of the test's own, to be stopped."""
    made = PostgreSQL()
    yield made
    made.remove()


@pytest.fixture
def hanging(environ, clock, server):
    """A service on it whose keeper and worker are impatient."""
    made = World({**environ, "CONSENT_DATABASE_URL": server.new_database()}, clock)
    for part in (made.keeper, made.app.services):
        part.engine.dispose()
        part.engine = connect(made.config.database_url, patience=0.3)
    made.keeper = create_keeper(made.config, clock, made.keeper.engine)
    yield made
    server.resume()
    made.dispose()


@pytest.fixture
def site(hanging):
    """With enough visits for a release, and not its first: that somebody has come is noted in a transaction before."""
    key = hanging.add_site()
    with writing(hanging.engine) as connection:
        sites.note_first_hit(connection, key)
    hanging.visits(key, 12)
    hanging.merge()
    hanging.clock.move(minutes=1)
    return key


def visits(world, site):
    return world.stored(site, "2026-11").get("site", {}).get("", [0, 0])[1]


def merged_visits(world, site):
    return PendingStore(world.app.services.spool).sites[site].periods["2026-11"]["site"][""][1]


def lock(connection):
    connection.execute(text("LOCK TABLE spools, sites, cells IN ACCESS EXCLUSIVE MODE"))


def go_on(world):
    """The database is found again a while after it did not answer."""
    for part in (world.keeper, world.app.services):
        part.engine.dispose()
        part.engine = connect(world.config.database_url)
    world.keeper = create_keeper(world.config, world.clock, world.keeper.engine)


def test_a_keeper_that_meets_a_locked_table_merges_on_and_says_what_waits(hanging, site):
    jobs = {job.name: job for job in JOBS}
    runner = JobRunner(hanging.keeper, hanging.app.services.spool, monotonic=lambda: 0)
    with hanging.engine.connect() as other, other.begin():
        lock(other)
        runner.run(jobs["release"])
        hanging.visits(site, 3)
        hanging.app.writer.seal()
        runner.run(jobs["merge"])
        assert merged_visits(hanging, site) == 15
        assert "database is away" in status.read(hanging.app.services.spool).troubles["release"]
    go_on(hanging)
    hanging.keeper.release()

    assert visits(hanging, site) == 15


def test_a_batch_whose_server_hangs_is_written_once(hanging, server, site):
    server.pause()
    with pytest.raises(OperationalError):
        hanging.keeper.release()
    hanging.visits(site, 3)
    hanging.merge()
    assert merged_visits(hanging, site) == 15
    server.resume()
    go_on(hanging)
    hanging.keeper.release()

    assert visits(hanging, site) == 15


def test_a_commit_that_waits_for_a_replica_in_vain_is_not_taken_for_one_that_is_safe(hanging, server, site):
    server.wait_for_replicas("nobody")
    with pytest.raises(OperationalError):
        hanging.keeper.release()
    assert batch.under_way(hanging.app.services.spool)
    hanging.visits(site, 13)
    hanging.merge()
    assert merged_visits(hanging, site) == 25

    server.wait_for_replicas("")
    go_on(hanging)
    hanging.keeper.release()
    hanging.clock.move(minutes=1)
    hanging.keeper.release()
    assert visits(hanging, site) == 25


def test_a_worker_whose_database_hangs_answers_those_it_knows_and_503_to_the_others(hanging, server, site):
    token = hanging.token(site)
    hanging.keeper.watch()
    assert hanging.view(site, token).status_code == 204
    other = hanging.add_site("Another")
    server.pause()

    assert hanging.view(other, token).status_code == 503
    assert hanging.view(site, token).status_code == 204
    assert hanging.client.get("/readyz").status_code == 503
