"""A chosen range of days on a site's page."""

import re

import pytest

from consent_service.domain.calendar.ranges import read_range
from consent_service.reporting import ranges
from consent_service.storage.database.engine import reading
from tests.owner import Press

MONTHLY = {"site": [90, 60, 40], "country": {"NL": [0, 60, 40]}}


@pytest.fixture
def site(world, clock):
    """A site that was made on 20 August 2026; the clock stands at 22 November."""
    clock.move(days=-94)
    key = world.add_site("Harbour")
    clock.move(days=94)
    return key


@pytest.fixture
def daily(world, clock):
    """The same with breakdowns by day."""
    clock.move(days=-94)
    key = world.add_site("Lantern", detail="day")
    clock.move(days=94)
    return key


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("<body>")[2]))


def test_the_closed_days_are_added_up_and_the_page_says_that_visitors_are_daily_ones(press, owner, site):
    for day, visitors in (("2026-10-30", 27), ("2026-11-01", 30), ("2026-11-02", 9)):
        press.close(site, day, {"site": [3 * visitors, 2 * visitors, visitors]})
    press.close(site, "2026-10", MONTHLY)

    page = text_of(owner.get(f"/sites/{site}?from=2026-10-30&to=2026-11-02").text)

    assert "30 October\N{EN DASH}2 November 2026" in page
    assert "Daily visitors added up : who came on several of these days counts once for each." in page
    assert (
        "Visitors, added up 57 or more Visits 114 or more Views 171 or more Views per visit about 1.5" in page
    )  # one is hidden


def test_a_day_that_is_open_is_left_out_and_named(press, owner, site):
    press.close(site, "2026-11-21", {"site": [30] * 3})
    press.release(site, "2026-11-22", {"site": [500] * 3})

    page = text_of(owner.get(f"/sites/{site}?from=2026-11-21&to=2026-11-22").text)

    assert "Left out, because not closed yet: 22 November 2026." in page
    assert "Visitors 30 Visits 30" in page  # the one closed day: nothing is added up


def test_days_that_only_their_month_is_kept_of_are_named(press, owner, site):
    press.close(site, "2026-10", MONTHLY)

    page = text_of(owner.get(f"/sites/{site}?from=2026-10-03&to=2026-10-04").text)

    assert "Left out, because kept by month alone by now: 3\N{EN DASH}4 October 2026." in page
    assert "No closed day among these had 10 visitors." in page


def test_where_breakdowns_are_counted_by_month_the_months_are_named_and_linked_instead(press, owner, site):
    press.close(site, "2026-10", MONTHLY)
    press.close(site, "2026-10-30", {"site": [30] * 3})

    page = owner.get(f"/sites/{site}?from=2026-10-30&to=2026-11-02").text

    assert "Netherlands" not in page
    for month, name in (("2026-10", "October 2026"), ("2026-11", "November 2026")):
        assert f'<a href="/sites/{site}?period={month}">{name}</a>' in page


def test_where_breakdowns_are_counted_by_day_those_of_the_days_are_added_up(press, owner, daily):
    for day, visits in (("2026-10-30", 17), ("2026-11-01", 20)):
        press.close(daily, day, {"site": [visits] * 3, "referrer": {"a.example": [0, visits, visits]}})

    page = text_of(owner.get(f"/sites/{daily}?from=2026-10-30&to=2026-11-02").text)

    assert "The closed days of 30 October\N{EN DASH}2 November 2026: daily visitors added up." in page
    assert "a.example 37 37" in page


@pytest.mark.parametrize("comparison", ["previous", "year"])
def test_a_range_of_closed_days_is_compared_with_another(press, owner, site, comparison, clock):
    for day, visitors in (("2026-11-01", 10), ("2026-11-02", 10), ("2026-11-03", 10), ("2026-11-04", 20)):
        press.close(site, day, {"site": [visitors] * 3})

    page = owner.get(f"/sites/{site}?from=2026-11-03&to=2026-11-04&compare={comparison}").text

    if comparison == "previous":
        assert "50 percent more than in 1\N{EN DASH}2 November 2026" in page
    else:
        assert "No comparison: 3\N{EN DASH}4 November 2025 began before the site was made." in page


def test_no_change_is_told_of_a_range_that_is_not_whole(press, owner, site):
    for day in ("2026-11-19", "2026-11-20", "2026-11-21"):
        press.close(site, day, {"site": [30] * 3})

    page = owner.get(f"/sites/{site}?from=2026-11-21&to=2026-11-22").text

    assert 'class="change"' not in page
    assert "not every day of this range is in its sum" in page


@pytest.mark.parametrize(
    ("first", "last", "field", "message"),
    [
        ("2026-11-14", "2026-10-03", "to", "The last day, 2026-10-03, is before the first, 2026-11-14"),
        ("2026-08-01", "2026-10-03", "from", "The site was made on 2026-08-20: begin on that day or later."),
        ("2026-11-14", "2027-01-01", "to", "2027-01-01 has not begun yet: end on 2026-11-22 or before."),
        ("1", "2026-11-14", "from", "&#39;1&#39; is not a day: write it as 2026-11-22."),
        ("2026-11-14", "", "to", "A day is needed."),
    ],
)
def test_what_is_no_range_is_said_at_its_field_and_what_was_typed_is_kept(owner, site, first, last, field, message):
    answer = owner.get(f"/sites/{site}?from={first}&to={last}")

    assert answer.status_code == 400
    assert message in answer.text
    assert re.search(rf'<input id="{field}" [^>]*aria-invalid="true" aria-describedby="range-note"', answer.text)
    for name, typed in (("from", first), ("to", last)):
        assert f'<input id="{name}" name="{name}" type="date" value="{typed}"' in answer.text


def test_a_range_beyond_two_years_is_refused(world, owner, clock):
    clock.move(days=-800)
    key = world.add_site()
    clock.move(days=800)

    answer = owner.get(f"/sites/{key}?from=2024-10-01&to=2026-11-01")

    assert answer.status_code == 400
    assert "choose 731 at most, which are two years" in answer.text


def test_a_long_range_is_the_same_added_up_by_days_and_by_the_months_that_hold_their_sums(any_world, clock):
    clock.move(days=-94)
    key = any_world.add_site(detail="day")
    clock.move(days=94)
    press = Press(any_world)
    for number in range(25, 32):
        cells = {
            "site": [60] * 3,
            "page": {"/": [40, 30, 20], "/a": [40, 30, 20]},
            "referrer": {"a.example": [0, 60, 60]},
        }
        press.close(key, f"2026-08-{number}", cells)
    press.close_days(key, "2026-09", {f"2026-09-{number:02}": cells for number in range(1, 31, 3)})
    press.close(key, "2026-09", {"site": [600] * 3})

    with reading(any_world.engine) as connection:
        site = any_world.site(key)
        chosen = read_range("2026-08-25", "2026-09-30", site.created_on, site.timeline.day_at(clock()))
        report = ranges.report(connection, site, chosen, clock())

    found = {panel.dimension.name: panel.breakdown for panel in report.panels}
    assert report.totals["visitors"].number == 17 * 60
    assert [count.number for count in found["referrer"]["a.example"].values()] == [17 * 60, 17 * 60]
    assert found["page"]["/"]["views"].number == 17 * 40
    assert {panel.coverage.rows.number for panel in report.panels if panel.name == "page"} == {17 * 80}


def test_of_what_is_counted_by_month_alone_the_months_are_linked_on_every_site(press, owner, daily):
    press.close(daily, "2026-10-30", {"site": [30] * 3, "page": {"/": [30] * 3}})

    page = owner.get(f"/sites/{daily}?from=2026-10-30&to=2026-11-02").text

    assert "Countries, platforms, hours and the like" in page
    assert f'href="/sites/{daily}?period=2026-10"' in page
    assert 'id="page"' in page


def test_days_that_are_left_out_are_named_without_those_between_them(press, owner, site):
    press.close(site, "2026-11-04", {"site": [30] * 3})

    page = text_of(owner.get(f"/sites/{site}?from=2026-11-02&to=2026-11-07").text)

    assert "not closed yet: 2\N{EN DASH}3 November 2026, 5\N{EN DASH}7 November 2026." in page
