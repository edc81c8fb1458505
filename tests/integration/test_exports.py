"""Several closed months in one file, and the series of their days."""

import json

import pytest

from consent_service.domain.calendar.periods import BadPeriod
from consent_service.domain.figures.monthly import FORMS
from consent_service.reporting import exports
from consent_service.reporting.exports import read_months
from consent_service.reporting.reports import ReportError, StillOpen
from consent_service.storage import sites
from consent_service.storage.database.engine import reading, writing


@pytest.fixture
def site(world, press, clock):
    """A site that was made on 20 August 2026, of which all months until October are closed; it is November."""
    clock.move(days=-94)
    key = world.add_site(timezone="Europe/Berlin")
    clock.move(days=94)
    for month, number in (("2026-08", 20), ("2026-09", 30), ("2026-10", 40)):
        press.close(key, month, {"site": [number] * 3, "country": {"NL": [number] * 3}})
    return key


def export(world, key, months, form="csv"):
    with reading(world.engine) as connection:
        return exports.file_of(connection, world.site(key), months, form, world.clock())


def days(world, key, months):
    with reading(world.engine) as connection:
        return exports.file_of(connection, world.site(key), months, "days", world.clock()).decode()


def lines(content):
    return content.decode().splitlines()


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("2026", ["2026-08", "2026-09", "2026-10"]),
        ("2026-08..2026-09", ["2026-08", "2026-09"]),
        ("2025-01..2026-09", ["2026-08", "2026-09"]),
        ("2026-09..2026-09", ["2026-09"]),
        ("2026-10..2027-02", ["2026-10"]),
    ],
)
def test_a_file_holds_the_closed_months_one_after_another_and_nothing_added_up(world, site, text, months):
    alone = [lines(export(world, site, month)) for month in months]

    assert lines(export(world, site, text)) == [alone[0][0], *(line for month in alone for line in month[1:])]
    documents = [json.loads(export(world, site, month, "json")) for month in months]
    assert json.loads(export(world, site, text, "json")) == {"months": documents}
    assert export(world, site, text, "xlsx")[:2] == b"PK"


def test_a_month_that_is_over_but_not_closed_is_left_out_among_others(world, press, site, clock):
    clock.move(days=40)  # January: neither November nor December is closed

    assert lines(export(world, site, "2026"))[-1].split(",")[1] == "2026-10"


@pytest.mark.parametrize("form", FORMS)
def test_the_same_months_give_the_same_bytes(world, press, site, clock, form):
    before = export(world, site, "2026-08..2026-10", form)
    press.release(site, "2026-11", {"site": [50] * 3})
    clock.move(days=100)

    assert export(world, site, "2026-08..2026-10", form) == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-10..2026-09", "2026-09 comes before 2026-10: write the earlier month first"),
        ("2026-W40", "write a month as 2026-10, a year as 2026, several months as 2026-01..2026-06"),
        ("2026-10-01", "write a month as 2026-10"),
        ("2026-13", "write a month as 2026-10"),
        ("October", "write a month as 2026-10"),
        ("", "write a month as 2026-10"),
        ("20xx", "20xx"),
        ("2026..2027", "2026"),
        ("2026-01..", "month"),
        ("..2026-01", "month"),
        ("2026-01..2026-02..2026-03", "month"),
    ],
)
def test_what_names_no_months_is_refused_with_what_to_write(text, said):
    with pytest.raises(BadPeriod, match=said):
        read_months(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2026-10", "2026-10"),
        ("2026", "2026"),
        ("2026-01..2026-12", "2026"),
        ("2026-01..2026-06", "2026-01..2026-06"),
        ("2026-01..2026-01", "2026-01..2026-01"),
    ],
)
def test_months_are_named_as_they_are_asked_for(text, name):
    assert read_months(text).name == name


@pytest.mark.parametrize("form", FORMS)
def test_months_that_are_all_open_are_refused_saying_until_when(world, site, form):
    with pytest.raises(StillOpen, match="2026-11 is still open, until 1 December 2026, 00:00 Europe/Berlin"):
        export(world, site, "2026-11..2026-12", form)


@pytest.mark.parametrize("text", ["2025", "2025-01..2026-07", "2027", "2026-12..2027-01"])
def test_months_in_which_the_site_was_not_there_are_refused(world, site, text):
    with pytest.raises(ReportError, match=r"was not there in .*: it was made on 2026-08-20"):
        export(world, site, text)
    with pytest.raises(ReportError, match="was not there in"):
        days(world, site, text)


def test_each_closed_day_is_a_line_with_the_totals_that_are_shown(world, press, site):
    press.close(site, "2026-10-30", {"site": [90, 60, 50, 30]})
    press.close(site, "2026-10-31", {"site": [9, 9, 9]})
    press.close(site, "2026-11-01", {"site": [30, 20, 10, 3], "page": {"/": [30, 20, 10]}})
    press.release(site, "2026-11-22", {"site": [50] * 3})
    header = "site,date,views,visits,visitors,marks\n"

    assert days(world, site, "2026") == (f"{header}{site},2026-10-30,90,60,50,\n{site},2026-11-01,30,20,10,\n")
    assert days(world, site, "2026-10") == f"{header}{site},2026-10-30,90,60,50,\n"
    assert days(world, site, "2026-11..2026-12") == f"{header}{site},2026-11-01,30,20,10,\n"


def test_days_of_which_none_is_closed_are_refused_saying_until_when(world, site):
    with pytest.raises(StillOpen, match="2026-11 is still open"):
        days(world, site, "2026-11")


def test_days_that_are_kept_no_longer_are_left_out(world, press, site):
    for day in ("2026-09-30", "2026-10-01"):
        press.close(site, day, {"site": [20] * 3})
    with writing(world.engine) as connection:
        sites.keep_days_from(connection, site, world.site(site).created_on.replace(month=10, day=1))

    assert [line.split(",")[1] for line in days(world, site, "2026").splitlines()[1:]] == ["2026-10-01"]
    assert "2026-09" in export(world, site, "2026").decode()  # months stay
