"""From hits to closed counts, on both databases."""

from dataclasses import replace

import pytest

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting import hit
from consent_service.storage.counts import closed
from consent_service.storage.database.engine import reading
from tests.world import FIRST

pytestmark = pytest.mark.both_databases

NEW_YEAR = {"days": 41}  # from 22 November into 2027


def visible(world, key, period):
    return {name: {value: row[:4] for value, row in cells.items()} for name, cells in world.stored(key, period).items()}


def test_twelve_visitors_are_counted_in_every_dimension(any_world):
    key = any_world.add_site(timezone="Europe/Berlin")
    any_world.visits(
        key, 12, ("/", "/about?x=1"), r="news.example", us="letter", z="Europe/Paris", l="de-AT", d="phone"
    )
    any_world.clock.move(**NEW_YEAR)
    any_world.close()

    twelve = [12, 12, 12, 0]
    digest = any_world.notice(key)["digest"]
    assert visible(any_world, key, "2026-11") == {
        "site": {"": [24, 12, 12, 0]},
        "page": {"/": [12, 12, 12, 12], "/about": [12, 12, 12, 0]},
        "referrer": {"news.example": twelve},
        "source": {"letter": twelve},
        "medium": {"(none)": twelve},
        "campaign": {"(none)": twelve},
        "country": {"FR": twelve},
        "language": {"de": twelve},
        "device": {"phone": twelve},
        "browser": {"Firefox": twelve},
        "system": {"Linux": twelve},
        "hour": {"13": twelve},
        "consent": {digest: twelve},
    }
    for period in ("2026-11-22", "2026-W47", "2026"):
        assert visible(any_world, key, period) == {"site": {"": [24, 12, 12, 0]}}


def test_with_detail_day_breakdowns_are_counted_by_day_but_hour_and_consent(any_world):
    key = any_world.add_site(detail="day")
    any_world.visits(key, 12)
    any_world.clock.move(**NEW_YEAR)
    any_world.close()

    assert any_world.stored(key, "2026-11-22")["page"]["/"][:3] == [12, 12, 12]
    assert any_world.stored(key, "2026-W47").keys() == {"site"}


def test_a_month_that_was_counted_by_day_is_closed_with_the_sums_of_its_days(any_world, clock):
    key = any_world.add_site(detail="day")
    for path, number in (("/", 12), ("/", 15), ("/quiet", 9)):
        any_world.visits(key, number, (path,))
        any_world.clock.move(days=1)
    any_world.clock.move(**NEW_YEAR)
    any_world.close()

    found = any_world.stored(key, "2026-11")
    assert found["page"] == {"/": [27, 27, 27, 27, 0, 0]}
    assert found["site"][""][:2] == [36, 36]


def test_nine_visitors_are_written_nowhere(any_world):
    key = any_world.add_site()
    any_world.visits(key, 9)
    assert any_world.release() == 0
    any_world.clock.move(**NEW_YEAR)
    any_world.close()

    for period in ("2026-11-22", "2026-W47", "2026-11", "2026"):
        assert any_world.stored(key, period) == {}


def test_small_cells_are_folded_into_other_when_the_period_closes(world):
    key = world.add_site()
    world.visits(key, 20, z="Europe/Paris")
    world.visits(key, 7, z="Europe/Berlin")
    world.visits(key, 6, z="Europe/Amsterdam")
    world.clock.move(**NEW_YEAR)
    world.close()

    countries = world.stored(key, "2026-11")["country"]
    assert {value: row[1] for value, row in countries.items()} == {"FR": 20, "(other)": 13}


def test_a_site_is_released_once_k_new_visits_are_pending_and_a_minute_has_passed(world):
    key = world.add_site()
    world.visits(key, 10)
    assert world.release() > 0
    before = world.stored(key, "2026-11")

    world.visits(key, 9)
    assert world.release() == 0
    assert world.stored(key, "2026-11") == before

    world.visits(key, 1)
    world.merge()
    assert world.release() > 0
    assert world.stored(key, "2026-11")["site"][""][1] == 20


def test_a_second_release_waits_for_its_minute(world):
    key = world.add_site()
    world.visits(key, 10)
    world.release()
    world.visits(key, 10)
    world.merge()

    assert world.keeper.release() == 0
    world.clock.move(minutes=1)
    assert world.keeper.release() > 0


def test_a_cell_is_written_only_with_k_pending_visits_of_its_own(world):
    key = world.add_site()
    world.visits(key, 10, ("/",))
    world.visits(key, 9, ("/small",))
    world.release()

    assert world.stored(key, "2026-11")["page"].keys() == {"/"}


def test_following_visits_of_the_same_browser_add_visits_and_no_visitors(world):
    key = world.add_site()
    world.visits(key, 12)
    token = world.token(key)
    again = hit.FIRST_VIEW | hit.FIRST_TOUCH
    for _ in range(12):
        assert world.view(key, token, "/", again).status_code == 204
    world.release()

    assert world.stored(key, "2026-11")["site"][""][:3] == [24, 24, 12]


def test_visits_with_a_second_view_are_engaged(world):
    key = world.add_site()
    world.visits(key, 12, ("/", "/b"))
    world.release()

    assert world.stored(key, "2026-11")["site"][""][4:] == [12, 0]


@pytest.mark.parametrize(("reporters", "cells"), [(9, {}), (10, {"": [15, 10, 10, 0, 0, 310]})])
def test_engaged_seconds_are_published_once_k_visitors_have_reported_some(world, reporters, cells):
    key = world.add_site(dimensions=("engagement",))
    world.visits(key, 12)
    token = world.token(key)
    for _ in range(reporters):
        world.hit(key, token, hit.VISIT_FLAGS | hit.FIRST_TOUCH, e="engaged", v=30.7)
    for _ in range(5):
        world.hit(key, token, hit.VISIT_FLAGS, e="engaged", v=2)
    for _ in range(12):  # who reports no whole second is not among those whose seconds they are
        world.hit(key, token, hit.VISIT_FLAGS | hit.FIRST_TOUCH, e="engaged", v=0.9)
    world.clock.move(days=10)
    world.close()

    assert world.stored(key, "2026-11").get("engagement", {}) == cells
    assert world.stored(key, "2026-11")["site"][""][:2] == [12, 12]


def test_every_past_period_is_closed_once(world):
    key = world.add_site()
    world.visits(key, 12)
    world.clock.move(days=2)
    assert world.close() == 3  # two days (22 and 23 November), and the week that ended on the 22nd
    assert world.close() == 0

    with reading(world.engine) as connection:
        final = closed.without_gap(connection, [world.site(key)])
    assert final == {(key, "day"): Period.parse("2026-11-23"), (key, "week"): Period.parse("2026-W47")}


def test_what_comes_after_a_period_was_closed_stays_in_the_longer_ones(world):
    key = world.add_site()
    world.visits(key, 12)
    world.clock.move(days=1)
    world.close()
    published = world.stored(key, "2026-11-22")

    world.clock.move(days=-1)
    world.visits(key, 12)
    world.clock.move(days=1)
    world.release()
    world.close()

    assert world.stored(key, "2026-11-22") == published
    assert world.stored(key, "2026-11")["site"][""][:3] == [24, 24, 24]


def test_a_day_is_not_closed_while_a_worker_may_still_hold_its_hits(world):
    key = world.add_site()
    world.visits(key, 12)
    world.clock.move(days=1)
    assert world.keeper.close() == 0  # the open tally was not handed over

    assert world.close() > 0
    assert world.stored(key, "2026-11-22")["site"][""][1] == 12


def test_months_that_were_missed_are_closed_together(world):
    key = world.add_site()
    world.visits(key, 12)
    world.clock.move(days=800)

    assert world.close() > 900
    assert world.stored(key, "2026-11")["page"]["/"][1] == 12


def test_a_hundred_equal_hits_change_counts_and_no_rows(world):
    key = world.add_site()
    world.visits(key, 12)
    world.release()
    before = {name: set(cells) for name, cells in world.stored(key, "2026-11").items()}

    token = world.token(key)
    for _ in range(100):
        world.view(key, token)
    world.release()
    assert {name: set(cells) for name, cells in world.stored(key, "2026-11").items()} == before
    assert world.stored(key, "2026-11")["site"][""][1] == 112


def test_what_is_pending_for_a_removed_site_is_dropped(world):
    from consent_service.storage import sites
    from consent_service.storage.database.engine import writing

    key = world.add_site()
    world.visits(key, 5, ("/secret-page",))
    world.merge()
    with writing(world.engine) as connection:
        sites.remove(connection, key)
    world.keeper.release()

    assert list(world.app.services.spool.pending.iterdir()) == []


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Tokyo"])
def test_a_visit_belongs_to_the_day_of_its_site(world, zone):
    key = world.add_site(timezone=zone)
    world.clock.move(hours=11)  # 23:00 UTC
    world.visits(key, 12)
    world.release()

    day = {"Europe/Berlin": "2026-11-23", "America/New_York": "2026-11-22", "Asia/Tokyo": "2026-11-23"}[zone]
    assert world.stored(key, day)["site"][""][1] == 12


def test_a_dimension_that_no_notice_declares_is_not_read(world):
    key = world.add_site(dimensions=("page",))
    world.visits(key, 12, z="Europe/Paris", l="de", d="phone", r="news.example")
    world.release()

    assert world.stored(key, "2026-11").keys() == {"site", "page", "hour", "consent"}


def test_a_token_of_an_older_notice_counts_what_both_notices_declare(world):
    from consent_service.storage import sites
    from consent_service.storage.database.engine import writing

    key = world.add_site(dimensions=("page", "device"))
    token = world.token(key)
    world.visits(key, 12, d="phone")
    world.merge()
    with writing(world.engine) as connection:
        site = sites.get(connection, key)
        terms = site.timeline.latest.notice.terms.amended({"dimensions": ("page", "device", "language")})
        sites.publish(connection, site, Period.parse("2026-11"), counted=True, terms=terms)
    world.keeper.watch()
    world.clock.move(days=12)  # into December, when the new terms are current
    for _ in range(12):
        assert world.view(key, token, flags=FIRST, d="phone", l="de").status_code == 204
    world.release()

    december = world.stored(key, "2026-12")
    assert december["device"].keys() == {"phone"}
    assert december["language"].keys() == {"(none)"}


def test_what_a_cap_turned_away_is_not_written_while_the_period_is_open(world, monkeypatch):
    from consent_service.domain.counting import counts
    from consent_service.domain.counting.dimensions import DIMENSIONS

    monkeypatch.setattr(counts, "DIMENSIONS", {**DIMENSIONS, "page": replace(DIMENSIONS["page"], seats=1)})
    key = world.add_site()
    world.visits(key, 12, ("/", "/a", "/b"))
    world.release()
    assert world.stored(key, "2026-11")["page"].keys() == {"/"}

    world.clock.move(days=10)
    world.close()
    # Twelve saw /a and twelve saw /b, and nobody can tell whether they were the same: they add no support.
    assert world.stored(key, "2026-11")["page"] == {"(other)": [36, 12, 10, 12, 0, 0]}
