"""Promise 7: replaying the database's log shows no step of a cell smaller than k visits before its period ends.

SQLite's log is copied after each commit, with the file that it belongs to, and the states are rebuilt from the copies.
"""

import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import event, select

from consent_service.domain.counting.dimensions import DIMENSIONS
from consent_service.storage.database.engine import reading
from consent_service.storage.tables import metadata

K = 10
PLACES = ["Europe/Berlin"] * 12 + ["Europe/Paris"] * 6 + ["Asia/Tokyo"] * 2 + ["America/Lima"]
PATHS = ["/"] * 20 + ["/about"] * 8 + ["/contact"] * 3 + [f"/page-{number}" for number in range(12)]


class Log:
    """Copies database and log after each transaction, before the log can be emptied."""

    def __init__(self, world, folder):
        self._file = world.config.database_url.database
        self._folder = folder
        self.states = []
        for engine in (world.keeper.engine, world.app.services.engine):
            event.listen(engine.pool, "checkin", self._keep, named=True)  # by then what was begun is committed

    def _keep(self, **_):
        self.look()

    def look(self):
        """The cells as the files have them now."""
        copy = self._folder / f"copy-{len(self.states)}.sqlite3"
        for ending in ("", "-wal"):
            shutil.copyfile(f"{self._file}{ending}", f"{copy}{ending}")
        with sqlite3.connect(copy) as connection:
            rows = connection.execute("SELECT site, period, dimension, value, visits, visitors FROM cells").fetchall()
        connection.close()
        state = {tuple(row[:4]): tuple(row[4:]) for row in rows}
        if not self.states or self.states[-1] != state:
            self.states.append(state)


def visit(world, key, token, chance):
    assert world.view(key, token, chance.choice(PATHS), z=chance.choice(PLACES)).status_code == 204


@pytest.mark.parametrize("detail", ["month", "day"])
def test_no_step_of_a_cell_is_smaller_than_k_visits_and_no_commit_comes_for_fewer(world, tmp_path, clock, detail):
    clock.move(hours=-11)
    key = world.add_site(detail=detail)
    token = world.token(key)
    log, chance, came = Log(world, tmp_path), random.Random(7), 0
    for turn in range(160):
        for _ in range(chance.choice((0, 1, 2, 3, 8, 15))):
            visit(world, key, token, chance)
            came += 1
        if turn % 8 == 7:
            clock.move(minutes=52)  # now and then breakdowns go along; all is one day
        world.release()
        world.keeper.seen()
        log.look()

    steps = [
        (cell, after[cell][0] - before.get(cell, (0, 0))[0], after[cell][1])
        for before, after in zip([{}, *log.states], log.states, strict=False)
        for cell in after
        if after[cell] != before.get(cell)
    ]
    totals = [state[key, "2026", "site", ""][0] for state in log.states if state]
    assert len(totals) > 30
    assert min(visits for _, visits, _ in steps) >= K
    assert min(visitors for *_, visitors in steps) >= K
    assert all(later - earlier >= K for earlier, later in zip([0, *totals], totals, strict=False))
    assert {dimension for (_, _, dimension, _), *_ in steps} >= {"site", "page", "country"}
    assert totals[-1] > came - K


def test_nothing_is_written_because_one_visitor_accepts_or_comes(world, clock):
    key = world.add_site()
    one_visitor_comes(world, key)  # the very first sets a bit, which stays
    clock.move(days=40)  # into another quarter
    world.keeper.assign()
    world.keeper.close()
    before = written(world)
    one_visitor_comes(world, key)

    assert written(world) == before


def test_of_a_sites_very_first_visitor_one_bit_is_written_and_nothing_else(world):
    key = world.add_site()
    before = everything(world)
    one_visitor_comes(world, key)
    after = everything(world)

    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"sites"}
    (was,), (is_now,) = before["sites"], after["sites"]
    assert {column for column in was if was[column] != is_now[column]} == {"has_hits"}
    assert (was["has_hits"], is_now["has_hits"]) == (False, True)


def one_visitor_comes(world, key):
    """Accepts, looks at a page, and the keeper does all that it does."""
    accepted = world.post("/consent", {"s": key, "n": world.notice(key)["digest"]})
    visit(world, key, accepted.json["token"], random.Random(7))
    world.merge()
    for step in (world.keeper.assign, world.keeper.watch, world.keeper.release, world.keeper.close):
        step()


def everything(world):
    """All rows of all tables but for the keeper's sign of life."""
    with reading(world.engine) as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in metadata.sorted_tables
            if table.name != "spools"
        }


def written(world):
    """All bytes of the database and its log."""
    file = Path(world.config.database_url.database)
    return [Path(f"{file}{ending}").read_bytes() for ending in ("", "-wal")]


def released_after_an_hour(world):
    world.clock.move(hours=1)
    world.release()


def test_what_a_cap_turned_away_waits_for_the_close(world):
    """It is many values under one name, of which nobody knows how many visitors they share."""
    seats = DIMENSIONS["cls"].seats
    key = world.add_site(dimensions=("page", "cls"))
    increments = [("site", "", (6,)), ("page", "/", (6,)), *(("cls", f"value {n}", (6,)) for n in range(seats))]
    many = [("cls", f"junk {n}", (6,)) for n in range(20)]
    for _ in range(3):
        for _ in range(12 * K):
            world.app.writer.count((key, "month", "2026-11-22"), increments)
        for junk in many:
            world.app.writer.count((key, "month", "2026-11-22"), [junk])
        world.release_all()

    cells = world.stored(key, "2026-11")["cls"]
    assert world.pending(key, "2026-11")["cls"]["(other)"][1] == 3 * len(many)
    assert cells.keys() == {f"value {n}" for n in range(seats)} - {world.covers(key, "2026-11")["cls"]}


def test_one_large_cell_of_a_breakdown_is_never_written_before_the_close(world):
    key = world.add_site()
    written = []
    for _ in range(4):
        for place, number in (("Europe/Berlin", 50), ("Europe/Paris", 30), ("Asia/Tokyo", 20)):
            world.visits(key, number, z=place)
        released_after_an_hour(world)
        written.append(set(world.stored(key, "2026-11").get("country", ())))

    assert len(written[-1]) == 2
    assert all(countries in (set(), written[-1]) for countries in written)


def test_no_breakdown_is_written_before_its_period_has_ten_times_k_visits(world):
    key = world.add_site()
    for place, number in (("Europe/Berlin", 45), ("Europe/Paris", 30), ("Asia/Tokyo", 24), ("Asia/Tokyo", K)):
        world.visits(key, number, z=place)
        released_after_an_hour(world)
        assert world.stored(key, "2026-11").keys() == {"site"}

    world.visits(key, K, z="Asia/Tokyo")
    released_after_an_hour(world)
    assert "country" in world.stored(key, "2026-11")


def test_no_entry_page_is_written_before_the_close(world):
    key = world.add_site()
    for _ in range(3):
        for path in ("/", "/a", "/b"):
            world.visits(key, 3 * K, (path,))
        released_after_an_hour(world)

    assert "page" in world.stored(key, "2026-11")
    assert "entry" not in world.stored(key, "2026-11")
