"""PgBouncer between the service and PostgreSQL: each transaction may have another connection."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import make_url, text

from consent_service.config import load
from consent_service.keeper.jobs import JOBS, JobRunner
from consent_service.keeper.keeper import create_keeper
from consent_service.reporting import exports
from consent_service.spool import status
from consent_service.spool.directory import Spool
from consent_service.storage.database.engine import connect, reading, writing
from tests.pgbouncer import SERVERS, PgBouncer
from tests.postgresql import with_driver
from tests.processes import run_command
from tests.world import World

MONTH = "2026-11"


@pytest.fixture(scope="module")
def pooler(postgresql):
    made = PgBouncer(postgresql, "transaction")
    yield made
    made.remove()


@pytest.fixture
def url(postgresql, pooler):
    """Of a database with this version's schema, by way of the pooler, which has several connections to it."""
    direct = postgresql.new_migrated()
    assert len(pooler.spread(direct)) == SERVERS
    return pooler.before(direct)


def test_transactions_of_one_connection_take_turns_at_the_servers_connections(url):
    engine = connect(make_url(with_driver(url)))
    seen = set()
    for _ in range(2 * SERVERS):
        with reading(engine) as connection:
            seen.add(connection.scalar(text("SELECT pg_backend_pid()")))
    engine.dispose()

    assert len(seen) > 1


def test_each_transaction_ends_its_waits_for_locks_and_leaves_no_setting_behind(url):
    engine, other = connect(make_url(with_driver(url)), patience=3), connect(make_url(with_driver(url)), patience=None)
    seen, left = set(), set()
    for _ in range(2 * SERVERS):
        with writing(engine) as connection:
            seen.add(connection.scalar(text("SHOW lock_timeout")))
        with reading(other) as connection:
            left.add(connection.scalar(text("SHOW lock_timeout")))
    engine.dispose()
    other.dispose()

    assert (seen, left) == ({"6s"}, {"0"})


def lived(environ, clock, url):
    """What a service on a database exports of a month in which many came, was released three times, and is closed."""
    start = clock.now
    world = World({**environ, "CONSENT_DATABASE_URL": url}, clock)
    key = world.add_site()
    for number in range(3):
        for page in range(6):
            world.visits(key, 7 + page + number, ("/", f"/page-{page}"))
        assert world.release_all() > 0
    clock.move(days=40)
    assert world.close() > 0
    file = exported(world, key)
    world.dispose()
    clock.now = start
    return key, file


def exported(world, key):
    with reading(world.engine) as connection:
        return exports.file_of(connection, world.site(key), MONTH, "csv", world.clock()).decode()


def rows(key, file):
    return [line.replace(key, "KEY") for line in file.splitlines()]


@pytest.mark.usefixtures("_first_is_cover")
def test_a_month_that_was_counted_behind_a_pooler_is_exported_row_by_row_as_without_one(
    environ, clock, postgresql, url
):
    behind = lived({**environ, "CONSENT_SPOOL_DIR": environ["CONSENT_SPOOL_DIR"] + "-behind"}, clock, url)
    direct = lived(environ, clock, postgresql.new_migrated())

    assert len(rows(*behind)) >= 30
    assert rows(*behind) == rows(*direct)


def test_what_workers_and_keeper_do_at_once_is_neither_refused_nor_mixed(environ, clock, url):
    world = World({**environ, "CONSENT_DATABASE_URL": url}, clock)
    key = world.add_site()
    world.visits(key, 20)

    def pages(_):
        return [world.client.get(f"/s/{key}/notice.json").status_code for _ in range(30)]

    with ThreadPoolExecutor(4) as threads:
        asked = threads.map(pages, range(4))
        for _ in range(10):
            world.keeper.seen()
            world.release_all()
        assert {status for statuses in asked for status in statuses} == {200}
    assert world.stored(key, MONTH)["site"][""][1] == 20
    world.dispose()


@pytest.fixture
def taken_apart(environ, postgresql):
    """Settings of a service behind a pooler that gives each statement a connection of its own."""
    pooler = PgBouncer(postgresql, "statement")
    yield {**environ, "CONSENT_DATABASE_URL": pooler.before(postgresql.new_migrated())}
    pooler.remove()


@pytest.mark.parametrize("command", ["serve", "migrate", "close"])
def test_a_pooler_that_takes_transactions_apart_is_refused_with_what_to_set(taken_apart, command):
    done = run_command(taken_apart, command)

    assert done.returncode == 1
    assert done.stderr.startswith("consent-service: the pooler before PostgreSQL")
    assert "set pool_mode = transaction" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_keeper_behind_such_a_pooler_says_what_to_set(taken_apart, clock, spool_dir):
    spool = Spool(spool_dir)
    runner = JobRunner(create_keeper(load(taken_apart), clock), spool, monotonic=lambda: 0)
    runner.run(next(job for job in JOBS if job.name == "seen"))

    assert "set pool_mode = transaction" in status.read(spool).troubles["seen"]
