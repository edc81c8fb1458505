"""When periods close: nights that were missed, clocks that were moved, zones that change, visits over midnight."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, select

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting import hit
from consent_service.keeper.keeper import create_keeper
from consent_service.spool import sealed_tallies
from consent_service.storage import sites
from consent_service.storage.database.engine import reading, writing
from consent_service.storage.tables import cells
from tests.together import at_once
from tests.world import FIRST

FOLLOWING = hit.FIRST_TOUCH | hit.SECOND_VIEW


def at(text, zone="UTC"):
    """Seconds since 1970 of a wall time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


def total(world, site, period):
    """Visits, or None if nothing is stored."""
    row = world.stored(site, period).get("site", {}).get("")
    return row and row[1]


def views_visits_visitors(world, site, period):
    return world.stored(site, period)["site"][""][:3]


@pytest.fixture
def berlin(world):
    world.clock.now = at("2026-03-01T12:00", "Europe/Berlin")
    return world.add_site(timezone="Europe/Berlin")


def test_a_night_that_was_missed_is_made_up_for(world):
    site = world.add_site()
    for _ in range(3):
        world.visits(site, 12)
        world.merge()
        world.clock.move(days=1)

    world.close()
    assert [total(world, site, f"2026-11-{day}") for day in (22, 23, 24)] == [12, 12, 12]


def test_a_tally_that_is_sealed_while_the_keeper_looks_for_it_holds_the_close_up(world, monkeypatch):
    site = world.add_site()
    world.visits(site, 12)
    world.clock.move(days=1)
    look = sealed_tallies._opened

    def seal_before_looking(path):
        world.app.writer.seal()
        return look(path)

    monkeypatch.setattr(sealed_tallies, "_opened", seal_before_looking)
    assert world.keeper.close() == 0
    world.keeper.merge()
    assert world.keeper.close() > 0
    assert total(world, site, "2026-11-22") == 12


def test_a_sealed_tally_of_the_new_day_does_not_hold_up_the_close(world):
    site = world.add_site()
    world.visits(site, 12)
    world.clock.move(days=1)
    world.merge()
    world.visits(site, 3)
    world.app.writer.seal()

    assert world.keeper.close() > 0


def test_a_month_that_was_missed_is_made_up_for(world):
    site = world.add_site()
    world.visits(site, 12)
    world.merge()
    world.clock.move(days=45)

    world.close()
    assert total(world, site, "2026-11-22") == total(world, site, "2026-11") == total(world, site, "2026") == 12
    assert world.stored(site, "2026-12") == {}


def test_two_keepers_that_close_at_once_count_everything_once(world):
    site = world.add_site()
    keepers = [world.keeper, create_keeper(world.config, world.clock)]
    for day in range(8):
        world.visits(site, 12)
        world.clock.move(days=1)
        world.merge()
        at_once(*(keeper.close for keeper in keepers))
        assert total(world, site, f"2026-11-{22 + day}") == 12
    keepers[1].engine.dispose()


def test_a_clock_that_was_set_back_leaves_closed_periods_as_they_are(world):
    site = world.add_site()
    world.visits(site, 12)
    world.clock.move(days=1)
    world.close()
    closed = world.stored(site, "2026-11-22")

    world.clock.move(days=-1)
    world.visits(site, 12)
    assert world.close() == 0
    world.clock.move(minutes=1)
    world.keeper.release()
    world.clock.move(days=1)
    world.close()
    assert world.stored(site, "2026-11-22") == closed
    assert total(world, site, "2026-11") == 24


def test_hits_that_a_clock_set_back_puts_into_a_younger_tally_hold_the_close_up(world):
    site = world.add_site()
    world.visits(site, 12)
    world.clock.now = at("2026-11-23T00:01")
    world.merge()
    world.clock.now = at("2026-11-22T23:59")
    world.visits(site, 12)
    world.clock.now = at("2026-11-23T00:02")
    assert world.keeper.close() == 0

    world.close()
    assert total(world, site, "2026-11-22") == 24


def test_a_clock_that_was_set_back_does_not_hold_releases_up(world):
    site = world.add_site()
    world.visits(site, 12)
    world.release()
    world.visits(site, 12)
    world.merge()

    world.clock.move(hours=-5)
    assert world.keeper.release() > 0


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-29", 23), ("2026-10-25", 25), ("2026-07-01", 24)],
    ids=["summer time begins", "summer time ends", "no change"],
)
def test_a_day_is_as_long_as_it_is_in_the_sites_zone(world, berlin, day, hours):
    start = at(f"{day}T00:00", "Europe/Berlin")
    world.clock.now = start
    world.visits(berlin, 6)
    world.merge()
    world.clock.now = start + hours * 3_600 - 1
    world.visits(berlin, 6)
    world.close()
    assert total(world, berlin, day) is None

    world.clock.now = start + hours * 3_600 + 5
    world.visits(berlin, 12)  # of the next day
    world.merge()
    world.keeper.close()
    assert total(world, berlin, day) == 12


def test_what_was_on_its_way_at_midnight_is_waited_for(world):
    site = world.add_site()
    world.visits(site, 12)
    world.clock.now = at("2026-11-23T00:00:04.9")
    assert world.close() == 0

    world.clock.now = at("2026-11-23T00:00:05")
    assert world.close() > 0


def test_the_hour_that_comes_twice_is_one_hour_and_the_one_that_is_skipped_stays_empty(world, berlin):
    for start in (at("2026-03-29T01:30", "Europe/Berlin"), at("2026-10-25T02:30", "Europe/Berlin")):
        world.clock.now = start
        world.visits(berlin, 12)
        world.clock.move(hours=1)
        world.visits(berlin, 12)
        world.merge()

    assert {hour: row[1] for hour, row in world.pending(berlin, "2026-03")["hour"].items()} == {"1": 12, "3": 12}
    assert {hour: row[1] for hour, row in world.pending(berlin, "2026-10")["hour"].items()} == {"2": 24}


def test_a_day_whose_midnight_is_skipped_begins_at_one(world):
    world.clock.now = at("2026-09-05T12:00", "America/Santiago")
    site = world.add_site(timezone="America/Santiago")
    world.clock.now = at("2026-09-06T01:00", "America/Santiago")
    world.clock.move(seconds=-1)  # a second earlier it is 23:59:59
    world.visits(site, 12)
    world.clock.move(seconds=1)
    world.visits(site, 13)
    world.clock.move(days=2)
    world.close()

    assert (total(world, site, "2026-09-05"), total(world, site, "2026-09-06")) == (12, 13)


@pytest.mark.parametrize(
    ("old", "new", "first_of_december"),
    [
        ("Europe/Berlin", "America/New_York", "2026-12-01T00:00+01:00"),
        ("America/New_York", "Asia/Tokyo", "2026-12-01T00:00-05:00"),
    ],
    ids=["to the west", "to the east"],
)
def test_a_new_time_zone_starts_where_the_old_month_ends(world, old, new, first_of_december):
    site = world.add_site(timezone=old)
    world.visits(site, 12)
    with writing(world.engine) as connection:
        present = sites.get(connection, site)
        sites.publish(
            connection,
            present,
            Period.parse("2026-11"),
            True,
            present.timeline.latest.notice.terms.amended({"timezone": new}),
        )
    world.keeper.watch()
    border = datetime.fromisoformat(first_of_december).timestamp()
    world.clock.now = border - 1
    world.visits(site, 12)
    world.clock.now = border
    world.visits(site, 13)
    world.merge()
    world.clock.now = border + 5
    world.keeper.close()
    assert total(world, site, "2026-11") == 24

    world.clock.now = at("2027-01-01T00:00:05", new)
    world.close()
    assert total(world, site, "2026-12") == 13
    assert total(world, site, "2026") == 37


def test_the_day_that_a_zone_to_the_west_begins_with_is_longer_and_closed_once(world):
    site = world.add_site(timezone="Asia/Tokyo")
    with writing(world.engine) as connection:
        present = sites.get(connection, site)
        terms = present.timeline.latest.notice.terms.amended({"timezone": "America/New_York"})
        sites.publish(connection, present, Period.parse("2026-11"), True, terms)
    world.keeper.watch()
    world.clock.now = at("2026-12-01T00:00", "Asia/Tokyo")
    world.visits(site, 12)
    world.clock.now = at("2026-12-01T23:59", "America/New_York")
    world.visits(site, 12)
    world.clock.move(minutes=2)
    world.close()

    assert total(world, site, "2026-12-01") == 24
    assert total(world, site, "2026-11-30") is None


def test_a_zone_that_is_corrected_before_the_first_hit_may_still_be_in_the_day_before(world):
    world.clock.now = at("2026-11-23T02:00")  # a Monday; in New York it is Sunday
    site = world.add_site(detail="day")
    with writing(world.engine) as connection:
        present = sites.get(connection, site)
        terms = present.timeline.latest.notice.terms.amended({"timezone": "America/New_York"})
        sites.publish(connection, present, Period.parse("2026-11"), False, terms)
    world.keeper.watch()
    world.visits(site, 12)
    world.merge()
    world.clock.now = at("2026-11-24T00:01", "America/New_York")
    world.visits(site, 13)
    world.close()

    assert [total(world, site, period) for period in ("2026-11-22", "2026-11-23", "2026-W47")] == [12, None, 12]
    assert world.stored(site, "2026-11-22")["page"]["(other)"][0] == 12


def test_hits_from_before_the_day_on_which_a_site_was_made_by_a_clock_that_was_ahead_are_counted(world):
    world.clock.move(days=9)
    site = world.add_site()
    world.clock.move(days=-9)
    world.visits(site, 12)
    world.merge()
    world.clock.move(days=1)
    world.close()

    assert total(world, site, "2026-11-22") == 12
    assert world.site(site).created_on.isoformat() == "2026-11-22"


def test_a_clock_that_was_far_behind_does_not_make_a_site_older(world):
    site = world.add_site()
    now = world.clock.now
    world.clock.now = 0.0
    world.visits(site, 12)
    world.merge()
    world.clock.now = now + 86_400

    assert world.close() < 5
    assert world.site(site).created_on.isoformat() == "2026-11-22"


VISITS_OVER_MIDNIGHT = {
    # the eve, and the flags of a visit after midnight by a browser that was there before it
    "month": ("2026-04-29T23:50", hit.FIRST_OF_DAY),
    "day of a new month": ("2026-04-30T23:50", hit.FIRST_OF_DAY | hit.FIRST_OF_MONTH),
    "week": ("2026-05-03T23:50", hit.FIRST_OF_DAY | hit.FIRST_OF_WEEK),
    "week and month": ("2026-05-31T23:50", hit.FIRST_OF_DAY | hit.FIRST_OF_WEEK | hit.FIRST_OF_MONTH),
    "year": ("2026-12-31T23:50", hit.FIRST_OF_DAY | hit.FIRST_OF_MONTH | hit.FIRST_OF_YEAR),
}


@pytest.mark.parametrize(("eve", "flags"), VISITS_OVER_MIDNIGHT.values(), ids=VISITS_OVER_MIDNIGHT)
def test_a_visit_over_midnight_is_two_visits_and_one_visitor_of_each_period(world, eve, flags):
    world.clock.now = at(eve)
    site = world.add_site()
    before = datetime.fromisoformat(eve).date()
    world.visits(site, 12, ("/", "/second"))
    world.clock.move(minutes=20)
    after = world.site(site).timeline.day_at(world.clock.now)
    token = world.token(site)
    for _ in range(12):
        first = flags | hit.FIRST_VIEW | hit.FIRST_TOUCH
        assert world.view(site, token, "/second", first).status_code == 204
    world.merge()
    world.clock.move(days=400)
    world.close()

    assert views_visits_visitors(world, site, before.isoformat()) == [24, 12, 12]
    assert views_visits_visitors(world, site, after.isoformat()) == [12, 12, 12]
    for shape, flag in (("%G-W%V", hit.FIRST_OF_WEEK), ("%Y-%m", hit.FIRST_OF_MONTH), ("%Y", hit.FIRST_OF_YEAR)):
        periods = {format(before, shape), format(after, shape)}
        counted = [views_visits_visitors(world, site, period) for period in sorted(periods)]
        assert counted == ([[24, 12, 12], [12, 12, 12]] if flags & flag else [[36, 24, 12]])


def test_a_view_that_still_belongs_to_a_visit_of_yesterday_is_a_view_of_today_and_no_visit(world):
    world.clock.now = at("2026-11-22T23:59:50")
    site = world.add_site()
    world.visits(site, 12)
    world.clock.move(seconds=20)  # the browser's clock is behind: for it, the day is not over
    world.visits(site, 12)
    token = world.token(site)
    for _ in range(12):
        assert world.view(site, token, "/second", FIRST & ~hit.FIRST_VIEW | FOLLOWING).status_code == 204
    world.merge()
    world.clock.move(days=2)
    world.close()

    assert views_visits_visitors(world, site, "2026-11-22") == [12, 12, 12]
    assert views_visits_visitors(world, site, "2026-11-23") == [24, 12, 12]


def test_no_step_of_the_keeper_reads_the_whole_table_of_cells(world):
    """A year of many sites is long: each statement goes by the key."""
    plans = []

    def explain(connection, cursor, statement, parameters, context, executemany):
        if "cells" in statement or "closed_periods" in statement:
            first = parameters[0] if executemany else parameters
            plans.extend(
                (row[3], statement)
                for row in cursor.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", first)
            )

    site = world.add_site()
    world.visits(site, 12)
    event.listen(world.keeper.engine, "before_cursor_execute", explain)
    world.release()
    world.clock.move(days=40)
    world.close()
    event.remove(world.keeper.engine, "before_cursor_execute", explain)

    scans = [plan for plan in plans if plan[0].startswith("SCAN") and "max(closed_periods.period)" not in plan[1]]
    assert any("SEARCH cells" in plan for plan, _ in plans)
    assert scans == []


def test_the_log_is_truncated_after_a_close_once_no_reader_needs_it(world):
    site = world.add_site()
    world.visits(site, 12)
    world.release()
    log = Path(f"{world.engine.url.database}-wal")
    with reading(world.engine) as connection:
        connection.execute(select(cells)).all()
        world.clock.move(days=1)
        assert world.close() > 0
        assert log.stat().st_size > 0
    world.keeper.close()

    assert log.stat().st_size == 0
