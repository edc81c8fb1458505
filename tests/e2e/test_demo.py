"""The demo's history is lived through by the real server, on a clock that is moved."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from consent_service.config import load
from consent_service.demo import command, history
from consent_service.storage.database.engine import connect, reading
from consent_service.storage.tables import cells, quarter_keys
from tests.e2e.service import free_port


@pytest.fixture
def config(environ, monkeypatch):
    """Settings that the demo's own processes have too."""
    made = {**environ, "CONSENT_BIND": f"127.0.0.1:{free_port()}"}
    for name, value in made.items():
        monkeypatch.setenv(name, value)
    return load(made)


def test_visitors_accept_and_are_counted_before_and_after_the_turn_of_a_quarter(config):
    start, now = date(2026, 9, 29), datetime(2026, 10, 2, 12, tzinfo=UTC).timestamp()
    keys = command._prepare(config, "a password for the demo", start)
    sites = [(site, keys[site.name]) for site in command.SITES]
    lived = list(history.make(config, sites, start, now))
    engine = connect(config.database_url)
    with reading(engine) as connection:
        quarters = list(connection.scalars(select(quarter_keys.c.quarter).order_by(quarter_keys.c.quarter)))
        days = set(connection.scalars(select(cells.c.period).where(cells.c.dimension == "site")))
    engine.dispose()

    assert lived == [date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 2)]
    assert quarters == ["2026Q3", "2026Q4"]
    assert {"2026-09-30", "2026-10-01"} <= days
