"""Promise 4: a hundred thousand equal hits leave the number of rows unchanged."""

import json
from io import BytesIO

import pytest
from sqlalchemy import func, inspect, select

from consent_service.storage.database.engine import reading
from consent_service.storage.tables import metadata
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
    key = any_world.add_site()
    any_world.visits(key, 20)
    any_world.release()
    before = rows_of(any_world)
    send(any_world, {"s": key, "t": any_world.token(key), "e": "view", "p": "/", "f": FIRST}, HITS)
    assert any_world.release() > 0

    assert rows_of(any_world) == before
    assert any_world.stored(key, "2026-11")["page"]["/"][0] == HITS + 20


def send(world, message, times):
    body, answers = json.dumps(message).encode(), set()
    for number in range(times):
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/hit",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_USER_AGENT": FIREFOX,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
        }
        world.app(environ, lambda status, _: answers.add(status))
        if number % 10_000 == 0:
            world.merge()
    assert answers == {"204 No Content"}
