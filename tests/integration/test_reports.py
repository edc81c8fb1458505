"""What is read for page and export, and that nothing below k is among it."""

import json

import pytest

from consent_service.domain.calendar.periods import BadPeriod, Period
from consent_service.domain.disclosure.publication import PublishedRow
from consent_service.domain.errors import UserError
from consent_service.reporting import exports, overviews, reports
from consent_service.reporting.reports import ReportError, StillOpen
from consent_service.spool.batch import Closing
from consent_service.storage.counts import cells
from consent_service.storage.database.engine import reading, writing
from consent_service.storage.people import accounts, sessions
from tests.owner import EMAIL, PASSWORD, Press

pytestmark = pytest.mark.both_databases


@pytest.fixture
def site(world, clock):
    """A site that was made on 20 August 2026; the clock stands at 22 November."""
    clock.move(days=-94)
    key = world.add_site(timezone="Europe/Berlin")
    clock.move(days=94)
    return key


@pytest.fixture
def daily(world, clock):
    """The same with breakdowns by day."""
    clock.move(days=-94)
    key = world.add_site(timezone="Europe/Berlin", detail="day")
    clock.move(days=94)
    return key


def report(world, key, period):
    with reading(world.engine) as connection:
        return reports.report(connection, world.site(key), Period.parse(period), world.clock())


def export(world, key, month, form="csv"):
    with reading(world.engine) as connection:
        return exports.file_of(connection, world.site(key), month, form, world.clock()).decode()


def panel(found, name):
    return next(one for one in found.panels if one.dimension.name == name)


def visitors(breakdown):
    return {value: str(counts["visitors"]) for value, counts in breakdown.items()}


def test_an_open_month_is_rounded_down_to_a_multiple_of_k(world, press, site):
    press.release(site, "2026-11", {"site": [79, 45, 38], "page": {"/": [79, 45, 38]}})
    found = report(world, site, "2026-11")
    assert found.is_open
    assert str(found.totals["visitors"]) == "30 or more"
    assert visitors(panel(found, "page").breakdown) == {"/": "30 or more"}


def test_a_closed_month_is_exact(world, press, site):
    press.close(site, "2026-10", {"site": [79, 45, 38], "page": {"/": [79, 45, 38]}})
    found = report(world, site, "2026-10")
    assert not found.is_open
    assert str(found.totals["visitors"]) == "38"
    assert visitors(panel(found, "page").breakdown) == {"/": "38"}


def test_a_total_below_k_is_not_there(world, press, site):
    press.close(site, "2026-10", {"site": [9, 9, 9]})
    assert report(world, site, "2026-10").totals is None


def test_a_breakdown_that_is_hidden_is_told_from_one_without_visitors(world, press, site):
    press.close(site, "2026-10", {"site": [12, 12, 12], "country": {"FR": [6, 6, 6], "NL": [3, 3, 3]}})
    press.close(site, "2026-09", {})
    hidden, nothing = (panel(report(world, site, month), "country") for month in ("2026-10", "2026-09"))
    assert (hidden.breakdown, hidden.is_published) == ({}, True)
    assert (nothing.breakdown, nothing.is_published) == ({}, False)


def test_a_chart_has_a_point_for_each_day_and_tells_those_that_were_not_counted(world, press, site):
    press.close(site, "2026-11-02", {"site": [30, 21, 17]})
    press.release(site, "2026-11-22", {"site": [30, 21, 17]})
    series = {point.period.name: point for point in report(world, site, "2026-11").series}
    assert len(series) == 30
    assert str(series["2026-11-02"].totals["visitors"]) == "17"
    assert str(series["2026-11-22"].totals["visitors"]) == "10 or more"
    assert series["2026-11-03"].totals is None
    assert [series[day].is_counted for day in ("2026-11-22", "2026-11-23")] == [True, False]


def test_with_detail_month_a_day_shows_its_months_breakdown(world, press, site):
    press.close(site, "2026-10-08", {"site": [30, 21, 17]})
    press.close(site, "2026-10", {"site": [79, 45, 38], "country": {"NL": [45, 45, 38]}})
    found = report(world, site, "2026-10-08")
    assert str(found.totals["visitors"]) == "17"
    country = panel(found, "country")
    assert (country.basis, country.period.name, visitors(country.breakdown)) == ("month", "2026-10", {"NL": "38"})


def test_with_detail_month_a_year_adds_up_its_closed_months(world, press, site):
    for month, number in (("2026-09", 12), ("2026-10", 30)):
        press.close(site, month, {"site": [number] * 3, "country": {"NL": [number] * 3}})
    press.release(site, "2026-11", {"site": [50] * 3, "country": {"NL": [50] * 3}})
    country = panel(report(world, site, "2026"), "country")
    assert (country.basis, country.is_open, visitors(country.breakdown)) == ("months", False, {"NL": "42"})


def test_with_detail_day_a_month_adds_up_its_closed_days_and_leaves_out_the_open_one(world, press, daily):
    for day, number in (("2026-11-02", 12), ("2026-11-03", 30)):
        press.close(daily, day, {"site": [number] * 3, "referrer": {"a.example": [number] * 3}})
    press.release(daily, "2026-11-22", {"site": [50] * 3, "referrer": {"a.example": [50] * 3}})
    press.release(daily, "2026-11", {"site": [92, 92, 60], "hour": {"9": [92, 92, 60]}})
    found = report(world, daily, "2026-11")
    referrer, hour = panel(found, "referrer"), panel(found, "hour")
    assert (referrer.basis, visitors(referrer.breakdown)) == ("days", {"a.example": "42"})
    assert referrer.breakdown["a.example"]["visitors"].summed
    assert (hour.basis, hour.is_open, visitors(hour.breakdown)) == ("own", True, {"9": "60 or more"})


def test_with_detail_day_a_day_shows_its_own_breakdown_of_sources_and_its_months_of_visitors(world, press, daily):
    press.close(daily, "2026-10-02", {"site": [12] * 3, "referrer": {"a.example": [12] * 3}})
    press.close(daily, "2026-10", {"site": [50] * 3, "country": {"NL": [50] * 3}})
    found = report(world, daily, "2026-10-02")
    referrer, country = panel(found, "referrer"), panel(found, "country")
    assert (referrer.basis, visitors(referrer.breakdown)) == ("own", {"a.example": "12"})
    assert (country.basis, country.period.name, visitors(country.breakdown)) == ("month", "2026-10", {"NL": "50"})


def test_what_a_day_does_not_show_leaves_the_months_sum_a_lower_bound(world, press, daily):
    press.close(daily, "2026-11-02", {"site": [50] * 3, "page": {"/": [50, 50, 50], "/a": [6, 6, 6]}})
    press.close(daily, "2026-11-03", {"site": [50] * 3, "page": {"/": [50, 50, 50], "/a": [20, 20, 20]}})
    page = panel(report(world, daily, "2026-11"), "page")
    assert {value: str(counts["visits"]) for value, counts in page.breakdown.items()} == {
        "/": "100",
        "/a": "20 or more",
    }


def test_what_is_marked_in_a_month_is_marked_on_its_page_and_in_its_year(world, site):
    rows = [
        PublishedRow("page", "(other)", [40, 0, 10, 0, 0], "visits? visitors>="),
        PublishedRow("page", "/", [60, 50, 40, 0, 0], "views>= visits>= visitors>="),
        PublishedRow("page", "/a", [60, 50, 40, 0, 0]),
        PublishedRow("site", "", [160, 90, 80, 0, 0], "engaged_visits?"),
    ]
    months = [Closing(site, name, {}, threshold=10, detail="month", timezone="UTC", sums=rows)
              for name in ("2026-09", "2026-10")]  # fmt: skip
    with writing(world.engine) as connection:
        cells.put(connection, months)

    def told(period, measure):
        return {
            value: str(counts[measure])
            for value, counts in panel(report(world, site, period), "page").breakdown.items()
        }

    assert told("2026-10", "visits") == {"(other)": "hidden", "/": "50 or more", "/a": "50"}
    assert told("2026-10", "visitors") == {"(other)": "10 or more", "/": "40 or more", "/a": "40"}
    assert told("2026", "visits") == {"(other)": "hidden", "/": "100 or more", "/a": "100"}
    assert report(world, site, "2026-10").totals["engaged_visits"].sort == "hidden"


def test_a_dimension_that_the_notice_does_not_declare_has_no_panel(world, clock):
    key = world.add_site(dimensions=("page", "platform"))
    shown = [one.dimension.name for one in report(world, key, "2026-11").panels]
    assert shown == ["page", "platform", "hour", "consent"]


def test_the_overview_rounds_the_present_month_down_in_each_sites_own_zone(world, press, clock):
    clock.move(days=8, hours=11, minutes=30)  # 30 November, 23:30 UTC
    east, west = world.add_site(timezone="Asia/Tokyo"), world.add_site(timezone="America/New_York")
    for key in (east, west):
        press.release(key, "2026-11", {"site": [59] * 3})
    press.release(east, "2026-12", {"site": [19] * 3})
    with reading(world.engine) as connection:
        found = overviews.read(connection, [world.site(east), world.site(west)], clock())
    assert {key: str(one.present) for key, one in found.items()} == {east: "10 or more", west: "50 or more"}


@pytest.mark.parametrize("period", ["", "yesterday", "2026-13", "2026-W54", "2026-11-31", "0000", "2026-11-22x", "11"])
def test_what_is_no_period_is_refused(world, site, period):
    with pytest.raises(BadPeriod, match=r"is not a period|there is no"):
        report(world, site, period)


@pytest.mark.parametrize("period", ["2026-11-23", "2026-W48", "2026-12", "2027", "9999", "9999-12-31", "9999-W52"])
def test_a_period_that_has_not_begun_is_refused(world, site, period):
    with pytest.raises(ReportError, match="not begun"):
        report(world, site, period)


@pytest.mark.parametrize("period", ["2026-08-19", "2026-W33", "2026-07", "2025", "0001", "0001-W01", "0001-01-01"])
def test_a_period_before_the_site_is_refused(world, site, period):
    with pytest.raises(ReportError, match="before the site was made, on 2026-08-20"):
        report(world, site, period)


def test_an_open_month_is_not_exported_and_the_refusal_says_until_when(world, site):
    with pytest.raises(StillOpen, match="2026-11 is still open, until 1 December 2026, 00:00 Europe/Berlin"):
        export(world, site, "2026-11")


def test_a_month_that_is_over_but_not_closed_is_not_exported_either(world, site):
    with pytest.raises(StillOpen, match="not closed yet"):
        export(world, site, "2026-10")


def rows_of(text):
    """The rows of a file without the site and the month, which are the same in all."""
    header, *lines = text.splitlines()
    assert header.startswith("site,period,dimension,")
    return [line.split(",", 2)[2] for line in lines]


def test_a_closed_month_is_exported_with_small_cells_folded_and_small_counts_hidden(world, press, site):
    cells = {
        "site": [128, 45, 38, 40],
        "engagement": [20, 20, 10, 0, 900],
        "page": {"/": [70, 45, 38], "/a": [30, 20, 15], "/b": [28, 20, 20]},
        "referrer": {"a.example": [30, 30, 23], "b.example": [8, 8, 8], "c.example": [7, 7, 7]},
    }
    press.close(site, "2026-10", cells)
    assert rows_of(export(world, site, "2026-10")) == [
        "page,/,/,70,45,38,,,",
        "page,/a,/a,30,20,15,,,",
        "page,/b,/b,28,20,20,,,",
        "referrer,(other),(other),,15,15,,,",
        "referrer,a.example,a.example,,30,23,,,",
        "site,,all,128,45,38,,900,engaged_visits?",
    ]


def test_a_closed_month_gives_the_same_bytes_each_time(world, press, clock, site):
    press.close(site, "2026-10", {"site": [79, 45, 38], "page": {"/": [79, 45, 38], "/a": [20, 20, 20]}})
    before = [export(world, site, "2026-10", form) for form in ("csv", "json")]
    press.release(site, "2026-11", {"site": [50] * 3})
    clock.move(days=400)
    assert [export(world, site, "2026-10", form) for form in ("csv", "json")] == before


def test_with_detail_day_a_month_is_exported_as_the_sum_of_its_days(world, press, daily):
    cells = {"site": [12] * 3, "referrer": {"a.example": [12] * 3}}
    press.close_days(daily, "2026-10", dict.fromkeys((day.name for day in Period.parse("2026-10").days), cells))
    press.close(daily, "2026-10", {"site": [372, 372, 14], "hour": {"9": [372, 372, 14]}})
    assert rows_of(export(world, daily, "2026-10")) == [
        "hour,9,09:00,,372,14,,,",
        "referrer,a.example,a.example,,372,372,,,visitors+",
        "site,,all,372,372,14,,,engaged_visits?",
    ]


def test_days_on_which_a_value_has_no_row_leave_its_sum_a_lower_bound(world, press, daily):
    cells = {"site": [12] * 3, "referrer": {"a.example": [12] * 3}}
    press.close_days(daily, "2026-10", {"2026-10-05": cells, "2026-10-06": cells})
    press.close(daily, "2026-10", {"site": [24, 24, 14]})
    assert rows_of(export(world, daily, "2026-10")) == [
        "referrer,a.example,a.example,,24,24,,,visits>= visitors>= visitors+",
        "site,,all,24,24,14,,,engaged_visits?",
    ]


def test_the_month_in_which_a_site_was_made_needs_no_days_before_it(world, press, daily):
    for number in range(20, 32):
        press.close(daily, f"2026-08-{number}", {"site": [12] * 3, "referrer": {"a.example": [12] * 3}})
    press.close(daily, "2026-08", {"site": [144, 144, 80]})
    assert "referrer,a.example,a.example,,144,144,,,visitors+" in rows_of(export(world, daily, "2026-08"))


def test_the_export_names_the_threshold_with_which_the_month_was_closed(world, press, clock, site):
    press.close(site, "2026-10", {"site": [79, 45, 38, 3]})
    document = json.loads(export(world, site, "2026-10", "json"))
    assert (document["threshold"], document["detail"], document["site"]) == (10, "month", site)
    assert (document["rows"][0]["engaged_visits"], document["rows"][0]["marks"]) == (None, "engaged_visits?")


def test_page_and_export_read_the_same_from_either_database(any_world, clock):
    clock.move(days=-94)
    key = any_world.add_site(detail="day")
    clock.move(days=94)
    press, cells = Press(any_world), {"site": [20, 12, 12], "page": {"/": [12] * 3, "/Z": [20, 12, 12]}}
    press.close_days(key, "2026-10", {"2026-10-05": cells})
    press.close(key, "2026-10", {"site": cells["site"]})
    assert visitors(panel(report(any_world, key, "2026"), "page").breakdown) == {"/": "12 or more", "/Z": "12 or more"}
    least = "views>= visits>= visitors>= visitors+"
    assert rows_of(export(any_world, key, "2026-10")) == [
        f"page,/,/,12,12,12,,,{least}",
        f"page,/Z,/Z,20,12,12,,,{least}",
        "site,,all,20,12,12,,,engaged_visits?",
    ]


def test_the_first_account_is_made_once_on_either_database(any_world, clock):
    with writing(any_world.engine) as connection:
        email = accounts.add_first(connection, EMAIL, accounts.hashed(PASSWORD))
        secret = sessions.start(connection, email, clock())
        assert sessions.signed_in(connection, secret, clock()) == (EMAIL, {"*": "owner"})
    with pytest.raises(UserError), writing(any_world.engine) as connection:
        accounts.add_first(connection, "second@example.org", accounts.hashed(PASSWORD))
