"""Promise 5: two runs whose visits have the same marginals leave identical dumps, once all periods are closed.

In other combinations and in another order: so nothing in the tables tells which attributes belonged to one visitor, or
who came first. The keys are the same, and the caps are not reached.
"""

import random
import secrets
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from consent_service.storage.database.engine import reading
from consent_service.storage.tables import cells, closed_periods
from tests.world import World

AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
)
COLUMNS = {
    "p": ["/"] * 80 + ["/about"] * 60 + ["/contact"] * 22 + ["/a"] * 6 + ["/b"] * 5 + ["/c"] * 7,
    "r": ["search.example"] * 100 + [""] * 60 + [f"{letter}.example" for letter in "abcdefghijklmnopqrst"],
    "z": ["Europe/Berlin"] * 120 + ["Europe/Paris"] * 44 + ["Asia/Tokyo"] * 8 + ["America/Lima"] * 8,
    "l": ["de"] * 115 + ["fr"] * 50 + ["ja"] * 9 + ["es"] * 6,
    "platform": [("phone", AGENTS[0])] * 90 + [("desktop", AGENTS[1])] * 75 + [("tablet", AGENTS[0])] * 8
    + [("", AGENTS[1])] * 7,
}  # fmt: skip
"""A hundred and eighty visits, attribute by attribute. Device and agent are one: so is what is counted of them."""

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()


@pytest.fixture(autouse=True)
def _one_key(monkeypatch):
    """Sites are named at random: both runs need the same name."""
    monkeypatch.setattr(secrets, "choice", lambda _: "x")


@pytest.fixture
def run(request, environ, tmp_path, clock):
    """Runs a service of its own on which 180 visitors come, combined and in order as a seed has it."""
    made = []

    def run(database, seed, detail):
        name = f"run-{len(made)}"
        url = f"sqlite:///{tmp_path}/{name}.sqlite3"
        if database == "postgresql":
            url = request.getfixturevalue("postgresql").new_database()
        spool = f"{environ['CONSENT_SPOOL_DIR']}-{name}"
        clock.now = NOON
        world = World({**environ, "CONSENT_DATABASE_URL": url, "CONSENT_SPOOL_DIR": spool}, clock)
        made.append(world)
        visit(world, world.add_site(detail=detail), random.Random(seed))
        clock.move(days=800)
        world.close()
        return dump(world)

    yield run
    for world in made:
        world.dispose()


def visit(world, key, chance):
    columns = {name: chance.sample(values, len(values)) for name, values in COLUMNS.items()}
    token = world.token(key)
    for number, values in enumerate(zip(*columns.values(), strict=True)):
        message = dict(zip(columns, values, strict=True))
        device, agent = message.pop("platform")
        assert world.hit(key, token, headers={"User_Agent": agent}, d=device, **message).status_code == 204
        if number % 30 == 29 and number < 179:
            assert world.release() > 0
    # Breakdowns are released once, with everything that came: so the same cells are stored before the close.
    assert world.release_all() > 0
    assert {"page", "referrer"} <= world.stored(key, "2026-11-22" if is_by_day(world, key) else "2026-11").keys()


def is_by_day(world, key):
    return world.site(key).timeline.latest.notice.terms.detail == "day"


def dump(world):
    """All rows, in the order in which the database gives them."""
    with reading(world.engine) as connection:
        return [[tuple(row) for row in connection.execute(select(table))] for table in (cells, closed_periods)]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@pytest.mark.parametrize("detail", ["month", "day"])
def test_other_combinations_in_another_order_leave_the_same_dump(run, database, detail):
    first, second = run(database, 1, detail), run(database, 2, detail)
    if database == "postgresql":  # whose order of rows is that of its pages, and tells of updates
        first, second = ([sorted(rows) for rows in one] for one in (first, second))

    assert len(first[0]) > 20
    assert first == second
