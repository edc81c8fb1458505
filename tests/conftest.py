"""Fixtures that all tests share: a clock to move, a spool in memory, a service on a database of its own."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from consent_service.collect.user_agents import load_user_agents
from consent_service.serving import time_zones
from consent_service.spool.directory import Spool
from tests import cheap_keys  # noqa: F401 - importing it is what it is for
from tests.postgresql import PostgreSQL
from tests.world import World

NOON = 1_795_348_800.0
"""22 November 2026, 12:00 UTC."""


# No test depends on how fast a machine is.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true", help="the long versions of fault and model tests")
    parser.addoption("--seed", type=int, help="of a fault test, as it printed it")


def pytest_collection_modifyitems(config, items):
    for item in items:
        if is_twin(item):
            item.add_marker(pytest.mark.long)
        if item.get_closest_marker("long") and not config.getoption("--long"):
            item.add_marker(pytest.mark.skip(reason="long: make faults runs it"))


def is_twin(item) -> bool:
    """Whether a test says on PostgreSQL what it says on SQLite, and is not about storage."""
    chosen = item.callspec.params if hasattr(item, "callspec") else {}
    is_on_postgresql = "postgresql" in (chosen.get("any_world"), chosen.get("database_url"))
    return is_on_postgresql and not item.get_closest_marker("both_databases")


class MovableClock:
    """Seconds since 1970, as a test wants them."""

    def __init__(self, now: float = NOON) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def move(self, **parts: float) -> None:
        """Move on by days, hours, minutes and seconds."""
        lengths = {"days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
        self.now += sum(lengths[name] * number for name, number in parts.items())


time_zones.use_newest()  # as every process of the service does


@pytest.fixture
def is_long(request) -> bool:
    return request.config.getoption("--long")


@pytest.fixture(scope="session")
def agents():
    return load_user_agents()


@pytest.fixture(scope="session", autouse=True)
def _shared_agents(agents):
    """The real patterns, compiled once and not for each application that a test makes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("consent_service.app.load_user_agents", lambda: agents)
        yield


@pytest.fixture
def _first_is_cover(monkeypatch):
    """Every draw makes the first value in the order of its letters the cover, and withholds nothing beyond the rest."""

    def draw(*_):
        return lambda label: b"\0" * 32 if label == "cover" else b"\xff" * 32

    monkeypatch.setattr("consent_service.security.tokens.draw", draw)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def spool_dir():
    """A folder for a spool, in memory as in life."""
    path = Path(tempfile.mkdtemp(prefix="consent-test-", dir="/dev/shm"))
    yield path / "spool"
    shutil.rmtree(path)


@pytest.fixture
def spool(spool_dir) -> Spool:
    return Spool(spool_dir)


@pytest.fixture(scope="session")
def playwright():
    """One for all folders of tests: in a process there can be no second. Imported for those that drive a browser."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=60_000)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def postgresql():
    server = PostgreSQL()
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path) -> str:
    """Each database in turn, empty."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/consent.sqlite3"
    return request.getfixturevalue("postgresql").new_database()


@pytest.fixture
def environ(tmp_path, spool_dir) -> dict[str, str]:
    """Settings of a service of the test's own, on SQLite."""
    return {
        "CONSENT_DATA_DIR": str(tmp_path / "data"),
        "CONSENT_SPOOL_DIR": str(spool_dir),
        "CONSENT_SECRET_KEYS": "k" * 32,
        "CONSENT_HITS_PER_MINUTE": "0",
    }


@pytest.fixture
def world(environ, clock):
    """A service on SQLite."""
    made = World(environ, clock)
    yield made
    made.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_world(request, environ, clock):
    """A service on each database in turn; on SQLite alone where a test is neither long nor about both databases."""
    if request.param == "postgresql":
        environ = {**environ, "CONSENT_DATABASE_URL": request.getfixturevalue("postgresql").new_migrated()}
    made = World(environ, clock)
    yield made
    made.dispose()
