"""Promise 4: a hundred thousand equal hits leave the number of rows unchanged."""

import json

import pytest
from sqlalchemy import func, inspect, select

from consent_service.collect.request import HitRequest
from consent_service.keeper.releasing import Pauses
from consent_service.storage.database.engine import reading
from consent_service.storage.tables import metadata
from tests.wire import answer_to
from tests.world import FIREFOX, FIRST

pytestmark = pytest.mark.both_databases

HITS = 100_000


def rows_of(world):
    """How many rows each table has that is in the database."""
    metadata_of_all = metadata.tables.values()
    with reading(world.engine) as connection:
        assert set(inspect(connection).get_table_names()) == {*metadata.tables, "alembic_version"}
        return {table.name: connection.scalar(select(func.count()).select_from(table)) for table in metadata_of_all}


def test_a_hundred_thousand_equal_hits_leave_the_number_of_rows_unchanged(any_world):
    any_world.keeper._pauses = Pauses(60, 60)  # breakdowns as often as totals, so that all is in one hour
    key = any_world.add_site()
    for path in ("/", "/about"):
        any_world.visits(key, 60, (path,), z=f"Europe/{'Paris' if path == '/' else 'Rome'}")
    any_world.release()
    for path in ("/", "/about"):
        any_world.visits(key, 20, (path,), z=f"Europe/{'Paris' if path == '/' else 'Rome'}")
    assert any_world.release() > 0
    before = rows_of(any_world)
    assert "page" in any_world.stored(key, "2026-11")
    send(any_world, {"s": key, "t": any_world.token(key), "e": "view", "p": "/", "f": FIRST, "z": "Europe/Paris"}, HITS)
    assert any_world.release() > 0

    assert rows_of(any_world) == before
    november = any_world.stored(key, "2026-11")
    assert november["site"][""][0] == HITS + 160
    assert november["page"].get("/", [HITS + 80])[0] == HITS + 80  # unless it is the cover, of which nothing is stored


def send(world, message, times):
    request, answers = HitRequest(json.dumps(message).encode(), "127.0.0.1", agent=FIREFOX), set()
    for number in range(times):
        answers.add(answer_to(world.app, request))
        if number % 10_000 == 0:
            world.merge()
    assert answers == {204}
