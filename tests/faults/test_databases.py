"""The database is stopped, locked, started anew, or dies and has a successor: counts wait, and come in once."""

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from consent_service.spool.directory import Spool
from consent_service.spool.pending import PendingStore
from consent_service.storage import sites
from tests.e2e.service import Service, wait_until
from tests.faults.checking import readyz, settle_up
from tests.faults.sending import Load, targets_of
from tests.postgresql import PostgreSQL, onlooker

SHORT, LONG = 6_000, 360_000
"""Hits while the database is away: some seconds, and a minute."""


@pytest.fixture
def server():
    """A PostgreSQL server of the test's own, to be stopped."""
    made = PostgreSQL()
    yield made
    made.remove()


def serving(settings, url):
    """A service on that database, which runs."""
    made = Service({**settings, "CONSENT_DATABASE_URL": url})
    made.run("migrate")
    made.start()
    return made


@pytest.fixture
def on_postgresql(settings, server):
    made = serving(settings, server.new_database())
    yield made
    made.kill()


def test_hits_are_counted_while_the_database_is_stopped(on_postgresql, server, seed, is_long, tmp_path):
    with Load(on_postgresql, targets_of(on_postgresql), seed, tmp_path) as load:
        load.wait_for(15_000 if is_long else SHORT)
        server.stop()
        load.wait_for(LONG if is_long else SHORT)
        assert "database is away" in readyz(on_postgresql)[1]
        server.start()
        wait_until(lambda: readyz(on_postgresql)[0] == 200, "the database to be found again")
        load.wait_for(2_000)
    settle_up(on_postgresql, load)
    assert load.ledger.refused == {}


def merges(service):
    """How many merges the spool contains."""
    return PendingStore(Spool(Path(service.environ["CONSENT_SPOOL_DIR"]))).last_merge


@contextmanager
def locked(server, url):
    """Another session holds the tables that are written."""
    with onlooker(url).connect() as connection, connection.begin():
        connection.execute(text("LOCK TABLE spools, sites, cells IN ACCESS EXCLUSIVE MODE"))
        yield


@contextmanager
def hanging(server, url):
    """The server is there and does not answer."""
    server.pause()
    yield
    server.resume()


@pytest.mark.long
@pytest.mark.parametrize("trouble", [locked, hanging])
def test_hits_are_counted_and_merged_while_the_database_hangs(on_postgresql, server, trouble, seed, is_long, tmp_path):
    url = on_postgresql.environ["CONSENT_DATABASE_URL"]
    with Load(on_postgresql, targets_of(on_postgresql), seed, tmp_path) as load:
        load.wait_for(15_000)
        with trouble(server, url):
            wait_until(lambda: "waits: the database is away" in readyz(on_postgresql)[1], "the keeper to give up")
            before = merges(on_postgresql)
            load.wait_for(LONG if is_long else SHORT)
            wait_until(lambda: merges(on_postgresql) > before + 1, "tallies to be merged meanwhile")
        wait_until(lambda: readyz(on_postgresql)[0] == 200, "the database to be found again")
        load.wait_for(5_000)
    settle_up(on_postgresql, load)
    assert load.ledger.refused == {}


@pytest.mark.long
def test_a_database_that_is_started_anew_under_load_loses_nothing(on_postgresql, server, seed, tmp_path):
    with Load(on_postgresql, targets_of(on_postgresql), seed, tmp_path) as load:
        for _ in range(3):
            load.wait_for(10_000)
            server.stop()
            server.start()
        load.wait_for(5_000)
    settle_up(on_postgresql, load)
    assert load.ledger.refused == {}


@pytest.mark.long
def test_when_the_primary_dies_its_synchronous_replica_goes_on(settings, server, seed, tmp_path):
    url = server.new_database()
    replica = server.new_replica()
    service = serving(settings, url.replace(f":{server.port}/", f":{server.port},127.0.0.1:{replica.port}/"))
    try:
        with Load(service, targets_of(service), seed, tmp_path) as load:
            load.wait_for(30_000)
            server.kill()
            replica.promote()
            wait_until(lambda: readyz(service)[0] == 200, "the replica to be found")
            load.wait_for(15_000)
        settle_up(service, load, url.replace(f":{server.port}/", f":{replica.port}/"))
        assert load.ledger.refused == {}
    finally:
        service.kill()
        replica.remove()


LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.mark.long
def test_hits_are_counted_while_another_process_locks_the_sqlite_file(service, seed, is_long, tmp_path):
    file = Path(service.environ["CONSENT_DATA_DIR"], "consent.sqlite3")
    with Load(service, targets_of(service), seed, tmp_path) as load:
        load.wait_for(15_000)
        with subprocess.Popen(
            [sys.executable, "-c", LOCK, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as locker:
            assert locker.stdout.readline() == b"locked\n"
            wait_until(lambda: "waits: the database is away" in readyz(service)[1], "the lock to be noticed")
            load.wait_for(LONG if is_long else SHORT)
            locker.stdin.close()
        wait_until(lambda: readyz(service)[0] == 200, "the keeper to go on")
        load.wait_for(5_000)
    settle_up(service, load)
    assert load.ledger.refused == {}


def test_a_database_that_is_away_says_so_to_whoever_is_not_known_yet(settings, server, tmp_path):
    service = serving({**settings, "CONSENT_WORKERS": "1"}, server.new_database())
    try:
        target = targets_of(service)[0]
        # Until the keeper has told of the new sites: at that the worker forgets what it knew.
        wait_until(lambda: told_of_changes(service) == changes_of(service), "the new sites to be told of")
        assert service.get(f"/s/{target.site}/notice.json") == 200
        server.stop()
        assert service.get(f"/s/{target.site}x/notice.json") == 503
        assert service.get(f"/s/{target.site}/notice.json") == 200
        server.start()
    finally:
        service.kill()


def told_of_changes(service):
    """The number that workers compare."""
    return int.from_bytes(Path(service.environ["CONSENT_SPOOL_DIR"], "generation").read_bytes()[:8], "little")


def changes_of(service):
    with onlooker(service.environ["CONSENT_DATABASE_URL"]).connect() as connection:
        return sites.generation(connection)
