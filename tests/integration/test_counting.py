"""From hits to closed counts, on both databases."""

from dataclasses import replace

import pytest

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting import counts, hit
from consent_service.domain.counting.dimensions import ABSENT_PART, DIMENSIONS, NONE
from consent_service.keeper.keeper import create_keeper
from consent_service.storage import sites
from consent_service.storage.counts import closed
from consent_service.storage.database.engine import reading, writing
from tests.covers import check_published, seen
from tests.world import FIRST, World

pytestmark = pytest.mark.both_databases

NEW_YEAR = {"days": 41}  # from 22 November into 2027


ALL = ("page", "entry", "referrer", "campaign", "country", "language", "platform", "browser", "missing", "event", "lcp")
"""Dimensions that a notice declares."""

BY_MONTH = {"entry", "country", "language", "platform", "browser", "hour", "lcp", "consent"}
"""What is counted by month, whatever the detail."""


def visible(cells):
    return {name: {value: row[:3] for value, row in breakdown.items()} for name, breakdown in cells.items()}


def test_twelve_visitors_are_counted_in_every_dimension(any_world):
    key = any_world.add_site(timezone="Europe/Berlin")
    any_world.visits(key, 12, ("/", "/about"), r="news.example", us="letter", z="Europe/Paris", l="de-AT", d="phone")
    any_world.merge()

    twelve = [12, 12, 12]
    digest = any_world.notice(key)["digest"]
    assert visible(any_world.pending(key, "2026-11")) == {
        "site": {"": [24, 12, 12]},
        "page": {"/": twelve, "/about": twelve},
        "entry": {"/": twelve},
        "referrer": {"news.example": twelve},
        "campaign": {f"letter / {ABSENT_PART} / {ABSENT_PART}": twelve},
        "country": {"FR": twelve},
        "language": {"de": twelve},
        "platform": {"Linux, phone": twelve},
        "browser": {"Firefox": twelve},
        "hour": {"13": twelve},
        "consent": {digest: twelve},
    }
    for period in ("2026-11-22", "2026-W47", "2026"):
        assert visible(any_world.pending(key, period)) == {"site": {"": [24, 12, 12]}}


def test_of_a_value_that_twelve_visitors_share_alone_the_close_names_nothing(any_world):
    key = any_world.add_site(timezone="Europe/Berlin")
    any_world.visits(key, 12, ("/", "/about"), r="news.example", z="Europe/Paris")
    any_world.clock.move(**NEW_YEAR)
    any_world.close()

    november = any_world.stored(key, "2026-11")
    assert any_world.rows(key, "2026-11")["site"] == {"": ([24, 12, 12, 0, 0], "engaged_visits?")}
    for name in ("entry", "referrer", "campaign", "country", "language", "platform", "browser", "hour", "consent"):
        assert visible(november)[name] == {"(other)": [12, 12, 12]}
    check_published(seen(any_world, key, "2026-11", "page"), {"/": 12, "/about": 12})
    for period in ("2026-11-22", "2026-W47", "2026"):
        assert visible(any_world.stored(key, period)) == {"site": {"": [24, 12, 12]}}


def test_with_detail_day_pages_sources_and_links_are_counted_by_day_and_all_else_by_month(world):
    key = world.add_site(detail="day", dimensions=(*ALL, "outbound", "download"), events=("donate",))
    world.visits(key, 1)
    token = world.token(key)
    touch = hit.VISIT_FLAGS | hit.FIRST_TOUCH
    for kind, name in (("event", "donate"), ("outbound", "a.example"), ("download", "/a.pdf")):
        assert world.hit(key, token, touch, e=kind, n=name).status_code == 204
    assert world.hit(key, token, touch, e="vitals", n="lcp", v=1_000).status_code == 204
    world.merge()

    by_day = {"page", "referrer", "campaign", "event", "outbound", "download"}
    assert world.pending(key, "2026-11-22").keys() == {"site"} | by_day
    assert world.pending(key, "2026-11").keys() == {"site"} | BY_MONTH
    assert world.pending(key, "2026-W47").keys() == world.pending(key, "2026").keys() == {"site"}


@pytest.mark.usefixtures("_first_is_cover")
def test_a_month_that_was_counted_by_day_is_closed_with_the_sums_of_its_days(any_world):
    key = any_world.add_site(detail="day", dimensions=("page", "country"))
    for pages in ({"/a": 30, "/b": 12}, {"/a": 25, "/b": 15}, {"/quiet": 9}):
        for path, number in pages.items():
            any_world.visits(key, number, (path,), z="Europe/Paris")
        any_world.clock.move(days=1)
    any_world.clock.move(**NEW_YEAR)
    any_world.close()

    rows = any_world.rows(key, "2026-11")
    # Ten views of /a are withheld each day; and of six days nothing is shown.
    least = "views>= visits>= visitors>= visitors+"
    assert rows["page"] == {
        "/a": ([35, 35, 35, 0, 0], least),
        "/b": ([27, 27, 27, 0, 0], least),
        "(other)": ([20, 0, 20, 0, 0], "views>= visits? visitors>= visitors+"),
    }
    assert rows["country"] == {"FR": ([81, 81, 81, 0, 0], "visits>= visitors>="), "(other)": ([10, 10, 10, 0, 0], "")}
    assert rows["site"][""] == ([91, 91, 91, 0, 0], "engaged_visits?")


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
    zones = {"Europe/Paris": 26, "Europe/Rome": 23, "Europe/Berlin": 7, "Europe/Amsterdam": 6}
    for zone, number in zones.items():
        world.visits(key, number, z=zone)
    world.clock.move(**NEW_YEAR)
    world.close()

    rows = seen(world, key, "2026-11", "country")
    check_published(rows, {"FR": 26, "IT": 23, "DE": 7, "NL": 6})
    assert rows["(other)"].visitors >= 13
    assert rows["(other)"].marks == ""


@pytest.mark.parametrize(("language", "country"), [("is-IS", "IS"), ("is", "IS"), ("en-US", "(none)"), ("", "(none)")])
def test_iceland_is_counted_where_the_language_says_so_too(world, language, country):
    """Firefox that resists fingerprinting, and so Tor Browser, says Reykjavik wherever it is."""
    key = world.add_site()
    world.visits(key, 2, z="Atlantic/Reykjavik", l=language)
    world.merge()

    assert world.pending(key, "2026-11")["country"].keys() == {country}


def test_iceland_is_not_counted_by_a_language_that_is_not_declared(world):
    key = world.add_site(dimensions=("page", "country"))
    world.visits(key, 2, z="Atlantic/Reykjavik", l="is-IS")
    world.merge()

    assert world.pending(key, "2026-11")["country"].keys() == {"(none)"}


def test_iceland_is_not_counted_by_a_language_that_the_accepted_notice_lacks(world):
    key = world.add_site(dimensions=("page", "country"))
    world.visits(key, 1)
    token = world.token(key)
    with writing(world.engine) as connection:
        site = sites.get(connection, key)
        terms = site.timeline.latest.notice.terms.amended({"dimensions": ("page", "country", "language")})
        sites.publish(connection, site, Period.parse("2026-11"), counted=True, terms=terms)
    world.keeper.watch()
    world.clock.move(days=15)
    assert world.view(key, token, "/", FIRST, z="Atlantic/Reykjavik", l="is-IS").status_code == 204
    world.merge()

    assert world.pending(key, "2026-12")["country"].keys() == {"(none)"}


def test_where_no_cell_has_k_the_total_alone_is_published(world):
    key = world.add_site()
    for zone in ("Europe/Paris", "Europe/Rome", "Europe/Berlin"):
        world.visits(key, 9, z=zone)
    world.clock.move(**NEW_YEAR)
    world.close()

    assert seen(world, key, "2026-11", "country") == {"(other)": (27, 27, "")}


def test_nothing_tells_a_close_that_folds_small_cells_from_one_without_any(world):
    """The cover gives up as much, and its mark is there, where there is nothing to hide."""
    key = world.add_site()
    for zone, number in {"Europe/Paris": 60, "Europe/Rome": 60}.items():
        world.visits(key, number, z=zone)
    world.clock.move(**NEW_YEAR)
    world.close()

    rows = seen(world, key, "2026-11", "country")
    cover = check_published(rows, {"FR": 60, "IT": 60})
    assert cover
    assert rows[cover].marks == "visits>= visitors>="
    assert rows["(other)"].size >= 10


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


@pytest.fixture
def busy(world):
    """A site whose total has reached ten times k, so that its breakdowns are released from the next hour on."""
    key = world.add_site(dimensions=("page", "entry", "country"))
    world.visits(key, 100, ("/",), z="Europe/Paris")
    assert world.release() > 0
    return key


def stored_values(world, key, name):
    return {value: row[1] for value, row in world.stored(key, "2026-11").get(name, {}).items()}


@pytest.mark.usefixtures("_first_is_cover")
def test_a_cell_is_written_only_with_k_pending_visits_of_its_own(world, busy):
    for path, number in {"/b": 10, "/small": 9}.items():
        world.visits(busy, number, (path,))
    world.release_all()
    assert stored_values(world, busy, "page") == {"/b": 10}  # the cover is /

    for path, number in {"/b": 9, "/small": 1}.items():
        world.visits(busy, number, (path,))
    world.release_all()
    assert stored_values(world, busy, "page") == {"/b": 10, "/small": 10}


def test_breakdowns_are_released_once_the_stored_total_has_ten_times_k(world):
    key = world.add_site()
    for _ in range(9):
        world.visits(key, 11, z="Europe/Paris")
        world.release_all()
    assert world.stored(key, "2026-11").keys() == {"site"}

    world.visits(key, 11, z="Europe/Rome")
    world.release_all()  # what was stored before is short of it by one visit
    assert world.stored(key, "2026-11").keys() == {"site"}

    world.visits(key, 11, z="Europe/Rome")
    world.release_all()
    countries = stored_values(world, key, "country")
    assert countries in ({"FR": 99}, {"IT": 22})


def test_breakdowns_are_released_at_most_once_an_hour_and_totals_once_a_minute(world, busy):
    world.visits(busy, 100, ("/b",), z="Europe/Rome")
    world.release()
    assert world.stored(busy, "2026-11").keys() == {"site"}
    assert world.stored(busy, "2026-11")["site"][""][1] == 200

    world.visits(busy, 10, ("/b",), z="Europe/Rome")
    world.merge()
    world.clock.move(minutes=58, seconds=59)
    world.keeper.release()
    assert world.stored(busy, "2026-11").keys() == {"site"}

    world.visits(busy, 10, ("/b",), z="Europe/Rome")
    world.merge()
    world.clock.move(minutes=1, seconds=1)
    world.keeper.release()
    assert world.stored(busy, "2026-11").keys() > {"site", "page", "country"}


def test_the_pause_between_breakdowns_is_a_setting(environ, clock):
    world = World({**environ, "CONSENT_BREAKDOWN_SECONDS": "120"}, clock)
    key = world.add_site()
    world.visits(key, 100)
    world.release()
    world.visits(key, 20, ("/b",))
    world.release()
    assert world.stored(key, "2026-11").keys() == {"site"}

    world.visits(key, 20, ("/b",))
    world.release()
    assert "page" in world.stored(key, "2026-11")
    world.dispose()


def test_the_cover_is_neither_stored_nor_named_before_the_close(world, busy):
    everywhere = {"/": 100}
    for path, number in {"/b": 40, "/c": 30, "/d": 30, "/small": 8}.items():
        world.visits(busy, number, (path,), z="Europe/Rome")
        everywhere[path] = number
    for _ in range(3):
        world.visits(busy, 12, ("/b",), z="Europe/Rome")
        everywhere["/b"] += 12
        world.release_all()
    covers = world.covers(busy, "2026-11")
    stored = {name: stored_values(world, busy, name) for name in ("page", "country")}

    assert covers.keys() >= {"page", "country"}
    large = {path: number for path, number in everywhere.items() if number >= 10}
    assert stored["page"] == {path: number for path, number in large.items() if path != covers["page"]}
    countries = {"FR": 100, "IT": 144}
    assert stored["country"] == {value: number for value, number in countries.items() if value != covers["country"]}

    world.clock.move(days=10)
    world.close()
    cover = check_published(seen(world, busy, "2026-11", "page"), everywhere)
    assert cover in ("", covers["page"])
    check_published(seen(world, busy, "2026-11", "country"), countries)


def test_a_keeper_that_is_started_again_knows_the_cover(world, busy):
    world.visits(busy, 30, ("/b",), z="Europe/Rome")
    world.release_all()
    covers = world.covers(busy, "2026-11")
    again = create_keeper(world.config, world.clock)
    world.keeper.engine.dispose()
    world.keeper = again
    for _ in range(3):
        world.visits(busy, 30, ("/", "/b"), z="Europe/Paris")
        world.release_all()

    assert world.covers(busy, "2026-11") == covers
    assert covers["page"] in ("/", "/b")
    assert covers["page"] not in stored_values(world, busy, "page")
    assert covers["country"] not in stored_values(world, busy, "country")


def test_after_a_power_cut_the_new_cover_is_one_that_was_never_stored(world, busy):
    """What the lost one was nobody knows any more: what is stored already cannot be held back."""
    for path, number in {"/b": 40, "/c": 30}.items():
        world.visits(busy, number, (path,), z="Europe/Rome")
    world.release_all()
    lost, before = world.covers(busy, "2026-11")["page"], stored_values(world, busy, "page")
    for file in world.app.services.spool.pending.iterdir():
        file.unlink()
    world.keeper.engine.dispose()
    world.keeper = create_keeper(world.config, world.clock)
    for path, number in {"/b": 20, "/c": 20, "/new": 20}.items():
        world.visits(busy, number, (path,), z="Europe/Rome")
    world.release_all()

    cover, after = world.covers(busy, "2026-11")["page"], stored_values(world, busy, "page")
    assert lost not in before
    assert cover not in before
    assert cover in {"/b", "/c", "/new"}
    assert cover not in after
    assert {path: after[path] for path in before if path != "/"} == {
        path: number + 20 for path, number in before.items() if path != "/"
    }


def test_after_a_power_cut_that_leaves_stored_cells_alone_what_came_since_is_held_back(world, busy):
    """The last close: no cell is large but the stored ones, so the cover is one of these."""
    for path, number in {"/b": 40, "/c": 30}.items():
        world.visits(busy, number, (path,), z="Europe/Rome")
    world.release_all()
    stored = stored_values(world, busy, "page")
    for file in world.app.services.spool.pending.iterdir():
        file.unlink()
    world.keeper.engine.dispose()
    world.keeper = create_keeper(world.config, world.clock)
    for path in stored:
        world.visits(busy, 12, (path,), z="Europe/Rome")
    world.visits(busy, 3, ("/small",), z="Europe/Rome")
    world.clock.move(days=10)
    world.close()

    rows = seen(world, busy, "2026-11", "page")
    marked = {path: row for path, row in rows.items() if row.marks and path != "(other)"}
    assert len(marked) == 1
    [cover] = marked
    # At least what was stored, and of the twelve that came since no more than leave k to the rest.
    assert stored[cover] <= marked[cover].size <= stored[cover] + 5
    assert {path: row.size for path, row in rows.items() if not row.marks} == {
        path: number + 12 for path, number in stored.items() if path != cover
    }
    assert rows["(other)"].size >= 10


def test_entry_pages_are_written_at_the_close_alone(world, busy):
    for path in ("/b", "/c"):
        world.visits(busy, 40, (path, "/"), z="Europe/Rome")
        world.release_all()
    assert {"page", "country"} < world.stored(busy, "2026-11").keys()
    assert "entry" not in world.stored(busy, "2026-11")
    assert "entry" not in world.covers(busy, "2026-11")

    world.clock.move(days=10)
    world.close()
    check_published(seen(world, busy, "2026-11", "entry"), {"/": 100, "/b": 40, "/c": 40})


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

    assert world.stored(key, "2026-11")["site"][""][3:] == [12, 0]


@pytest.mark.parametrize(("reporters", "cells"), [(9, {}), (10, {"": [15, 10, 10, 0, 310]})])
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
    assert world.stored(key, "2026-11")["site"][""][1] == 12
    assert world.stored(key, "2026-11")["page"]["(other)"][0] == 12


def test_a_hundred_equal_hits_change_counts_and_no_rows(world):
    key = world.add_site()
    world.visits(key, 60)
    world.visits(key, 60, ("/b",), z="Europe/Rome")
    world.release()
    world.visits(key, 10)
    world.visits(key, 10, ("/b",), z="Europe/Rome")
    world.clock.move(hours=23)  # the same hour again
    world.release_all()
    before = {name: set(cells) for name, cells in world.stored(key, "2026-11").items()}
    assert "page" in before

    token = world.token(key)
    for _ in range(100):
        world.view(key, token)
    world.clock.move(hours=23)
    world.release_all()
    assert {name: set(cells) for name, cells in world.stored(key, "2026-11").items()} == before
    assert world.stored(key, "2026-11")["site"][""][1] == 240


def test_what_is_pending_for_a_removed_site_is_dropped(world):
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
    world.merge()

    assert world.pending(key, "2026-11").keys() == {"site", "page", "hour", "consent"}


def test_a_token_of_an_older_notice_counts_what_both_notices_declare(world):
    key = world.add_site(dimensions=("page", "platform"))
    token = world.token(key)
    world.visits(key, 12, d="phone")
    world.merge()
    with writing(world.engine) as connection:
        site = sites.get(connection, key)
        terms = site.timeline.latest.notice.terms.amended({"dimensions": ("page", "platform", "language")})
        sites.publish(connection, site, Period.parse("2026-11"), counted=True, terms=terms)
    world.keeper.watch()
    world.clock.move(days=12)  # into December, when the new terms are current
    for _ in range(12):
        assert world.view(key, token, flags=FIRST, d="phone", l="de").status_code == 204
    world.merge()

    december = world.pending(key, "2026-12")
    assert december["platform"].keys() == {"Linux, phone"}
    assert december["language"].keys() == {"(none)"}


@pytest.fixture
def one_seat(monkeypatch):
    """Pages have one seat; what comes after the first goes into ``(other)``."""
    monkeypatch.setattr(counts, "DIMENSIONS", {**DIMENSIONS, "page": replace(DIMENSIONS["page"], seats=1)})


@pytest.mark.usefixtures("one_seat")
def test_what_a_cap_turned_away_is_not_written_while_the_period_is_open(world):
    key = world.add_site(dimensions=("page",))
    for _ in range(3):
        world.visits(key, 60, ("/", "/a", "/b"))
        world.release_all()
    # The only cell with a name is the cover: (other) is many values, and never one.
    assert world.covers(key, "2026-11")["page"] == "/"
    assert "page" not in world.stored(key, "2026-11")

    world.clock.move(days=10)
    world.close()
    # 180 saw /a and as many /b, and nobody can tell whether they were the same.
    rows = world.rows(key, "2026-11")["page"]
    assert rows.keys() == {"/", "(other)"}
    assert rows["/"].marks == "views>= visits>= visitors>="
    assert rows["/"].counts[0] + rows["(other)"].counts[0] == 540
    assert rows["(other)"].counts[0] >= 360
    assert (rows["(other)"].counts[1:3], rows["(other)"].marks) == ([0, 10], "visits? visitors>=")


NAMES = ("amelie", "bertrand", "charlotte", "dominik", "eleonora", "friedrich", "gwendolyn", "henrike", "isolde", "ann")


def test_ten_masked_addresses_of_one_visit_are_a_support_of_one(world):
    """Promise 6: the browser says "first of this page" of each address, and the service makes one of all."""
    key = world.add_site(dimensions=("page",))
    token = world.token(key)
    for number, name in enumerate(NAMES):
        flags = FIRST if number == 0 else hit.VISIT_FLAGS | hit.FIRST_TOUCH | (hit.SECOND_VIEW if number == 1 else 0)
        assert world.view(key, token, f"/members/{name}", flags).status_code == 204
    world.merge()
    assert world.pending(key, "2026-11")["page"] == {"/members/:id": [10, 1, 1, 0, 0]}

    for _ in range(9):
        world.view(key, token, "/")
        for name in NAMES:
            world.view(key, token, f"/members/{name}", hit.VISIT_FLAGS | hit.FIRST_TOUCH)
    world.merge()
    assert world.pending(key, "2026-11")["page"]["/members/:id"] == [100, 1, 1, 0, 0]


@pytest.mark.usefixtures("_first_is_cover")
def test_of_a_masked_page_visits_and_visitors_are_told_as_a_lower_bound(world):
    key = world.add_site(dimensions=("page",))
    world.visits(key, 30, ("/a",))
    for name in ("amelie", "bertrand"):
        world.visits(key, 15, (f"/members/{name}", "/members/charlotte"))
    world.clock.move(days=10)
    world.close()

    assert world.rows(key, "2026-11")["page"]["/members/:id"] == ([60, 30, 30, 0, 0], "visits>= visitors>=")


@pytest.mark.parametrize(("kind", "name", "value"), [
    ("outbound", "member-{}.forum.example", ":id.forum.example"), ("download", "/members/{}", "/members/:id"),
])  # fmt: skip
def test_of_a_masked_link_nothing_but_its_times_is_counted(world, kind, name, value):
    key = world.add_site(dimensions=("page", kind))
    token = world.token(key)
    world.view(key, token)
    for number in range(12):
        link = name.format(f"9{number:02}47112" if kind == "outbound" else NAMES[number % 10])
        assert world.hit(key, token, hit.VISIT_FLAGS | hit.FIRST_TOUCH, e=kind, n=link).status_code == 204
    world.merge()

    assert world.pending(key, "2026-11")[kind] == {value: [12, 0, 0, 0, 0]}


def campaigns(world, key):
    world.merge()
    return {value: row[1] for value, row in world.pending(key, "2026-11")["campaign"].items()}


def test_the_three_parts_of_a_tagged_link_are_one_value(world):
    key = world.add_site(dimensions=("campaign",))
    world.visits(key, 3, us="Newsletter", um="email", uc="November")
    world.visits(key, 2, us="newsletter", um="email")
    world.visits(key, 1, uc="a / b")
    world.visits(key, 4)

    assert campaigns(world, key) == {
        "newsletter / email / november": 3,
        f"newsletter / email / {ABSENT_PART}": 2,
        f"{ABSENT_PART} / {ABSENT_PART} / a b": 1,
        "(none)": 4,
    }


def test_system_and_device_are_one_value(world):
    key = world.add_site(dimensions=("platform",))
    world.visits(key, 3, d="phone")
    world.visits(key, 2)
    token = world.token(key)
    for device in ("tablet", ""):
        world.view(key, token, headers={"User_Agent": "unheard of"}, d=device)
    world.merge()

    found = {value: row[1] for value, row in world.pending(key, "2026-11")["platform"].items()}
    assert found == {"Linux, phone": 3, "Linux": 2, "tablet": 1, "(none)": 1}


NOT_FOUND_DECLARED = ("page", "entry", "missing")


def pages(world, key, name="page"):
    world.merge()
    return visible({name: world.pending(key, "2026-11")[name]})[name]


def test_a_page_that_was_not_found_is_told_apart_where_the_notice_declares_it(world):
    key = world.add_site(dimensions=NOT_FOUND_DECLARED)
    world.visits(key, 3, ("/gone",), x=404)
    world.visits(key, 2, ("/gone",))
    assert pages(world, key) == {"404 /gone": [3, 3, 3], "/gone": [2, 2, 2]}
    assert pages(world, key, "entry") == {"404 /gone": [3, 3, 3], "/gone": [2, 2, 2]}
    assert world.pending(key, "2026-11")["site"] == {"": [5, 5, 5, 0, 0]}


def test_a_masked_page_that_was_not_found_is_a_support_of_one_too(world):
    key = world.add_site(dimensions=NOT_FOUND_DECLARED)
    token = world.token(key)
    world.view(key, token, "/members/amelie", x=404)
    for name in NAMES:
        world.view(key, token, f"/members/{name}", hit.VISIT_FLAGS | hit.FIRST_TOUCH, x=404)

    assert pages(world, key) == {"404 /members/:id": [11, 1, 1]}


def test_it_is_an_ordinary_view_where_the_notice_does_not_declare_it(world):
    key = world.add_site(dimensions=("page", "entry"))
    world.visits(key, 3, ("/gone",), x=404)

    assert pages(world, key) == pages(world, key, "entry") == {"/gone": [3, 3, 3]}


@pytest.mark.parametrize(("before", "after"), [(("page",), ("page", "missing")), (("page", "missing"), ("page",))])
def test_it_is_an_ordinary_view_where_one_of_the_two_notices_does_not_declare_it(world, before, after):
    key = world.add_site(dimensions=before)
    token = world.token(key)
    world.visits(key, 1)
    world.merge()
    with writing(world.engine) as connection:
        site = sites.get(connection, key)
        terms = site.timeline.latest.notice.terms.amended({"dimensions": after})
        sites.publish(connection, site, Period.parse("2026-11"), counted=True, terms=terms)
    world.keeper.watch()
    world.clock.move(days=12)
    assert world.view(key, token, "/gone", x=404).status_code == 204
    world.merge()

    assert world.pending(key, "2026-12")["page"].keys() == {"/gone"}


def test_the_sites_own_hosts_are_neither_a_referrer_nor_another_site(world):
    key = world.add_site(hosts=("harbour.example", "www.harbour.example"), dimensions=("page", "referrer", "outbound"))
    token = world.token(key)
    world.view(key, token, r="www.harbour.example")
    for host in ("harbour.example", "www.harbour.example"):
        answer = world.hit(key, token, hit.VISIT_FLAGS | hit.FIRST_TOUCH, e="outbound", n=host)
        assert answer.status_code == 204
    world.merge()

    counted = world.pending(key, "2026-11")
    assert list(counted["referrer"]) == [NONE]
    assert "outbound" not in counted
