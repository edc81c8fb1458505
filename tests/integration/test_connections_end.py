"""Whoever opens a connection to the database closes it before it ends: Python warns of others since 3.13."""

import sqlite3

import pytest
from sqlalchemy import event, text
from sqlalchemy.pool import Pool

from consent_service import worker
from consent_service.app import Foundation
from consent_service.keeper import jobs, process
from consent_service.storage.database.engine import close_connections, connect


@pytest.fixture
def opened():
    """The connections to databases that this process has open."""
    connections = []

    def note(connection, _):
        connections.append(connection)

    event.listen(Pool, "connect", note)
    yield lambda: [connection for connection in connections if is_open(connection)]
    event.remove(Pool, "connect", note)


def is_open(connection):
    try:
        connection.execute("SELECT 1").close()
    except sqlite3.ProgrammingError:
        return False
    return True


def test_a_connection_that_is_in_use_at_the_end_is_closed_when_it_comes_back(world, opened):
    engine = connect(world.config.database_url)
    with engine.connect() as busy:
        busy.execute(text("SELECT 1"))
        close_connections(engine)
        assert len(opened()) == 1
        assert busy.scalar(text("SELECT 2")) == 2
    assert opened() == []


def test_a_keeper_leaves_none(world, opened, monkeypatch):
    were_open = []

    def run(keeper, _):
        keeper.seen()
        were_open.extend(opened())

    monkeypatch.setattr(jobs, "run", run)
    process.run(world.config)

    assert were_open
    assert opened() == []


def test_a_worker_leaves_none(world, opened, monkeypatch):
    were_open = []
    monkeypatch.setattr(worker.server, "run", lambda *_: were_open.extend(opened()))
    for name in ("harden", "shorten_time_slices", "open_many_files"):
        monkeypatch.setattr(worker.process, name, lambda: 10_000)
    monkeypatch.setattr(worker.sys, "setswitchinterval", lambda _: None)
    monkeypatch.setattr(worker, "start_sealing", lambda *_: None)
    monkeypatch.setattr(worker.gc, "callbacks", [])
    worker.run(Foundation.lay(world.config), world.config, None)

    assert were_open
    assert opened() == []
