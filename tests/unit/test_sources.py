"""Which stored periods a page is made of."""

from datetime import date

import pytest

from consent_service.domain.calendar.periods import Period
from consent_service.domain.figures.sources import Source, moment_of, series_of, sources_of

TODAY, CREATED = date(2026, 11, 22), date(2026, 3, 10)


def moment(period):
    return moment_of(Period.parse(period), TODAY, CREATED)


def source(basis, *names):
    return Source(basis, tuple(map(Period.parse, names)))


def sources(period, details="month", closed=()):
    """``details`` is one for all months, or by month."""

    def detail_of(month):
        return details[month.name] if isinstance(details, dict) else details

    return sources_of(Period.parse(period), moment(period), detail_of, lambda month: month.name in closed)


@pytest.mark.parametrize(
    ("period", "day"),
    [
        ("2026-10-08", date(2026, 10, 8)),
        ("2026-W45", date(2026, 11, 5)),
        ("2026-10", date(2026, 10, 31)),
        ("2026-11", TODAY),
        ("2026", TODAY),
    ],
)
def test_a_period_is_stood_for_by_its_last_day_or_thursday_but_never_one_ahead(period, day):
    assert moment(period) == day


def test_a_period_is_not_stood_for_by_a_day_before_the_site():
    assert moment_of(Period.parse("2026-W10"), TODAY, date(2026, 3, 7)) == date(2026, 3, 7)


def test_a_chart_shows_days_or_months_and_for_a_day_nothing_shorter():
    assert series_of(Period.parse("2026-W47"))[0].name == "2026-11-16"
    assert len(series_of(Period.parse("2026-11"))) == 30
    assert series_of(Period.parse("2026"))[-1].name == "2026-12"
    assert series_of(Period.parse("2026-11-22")) == ()


@pytest.mark.parametrize("period", ["2026-10-08", "2026-W41"])
def test_with_detail_month_a_day_or_week_shows_its_month(period):
    assert sources(period) == (source("month", "2026-10"),) * 2


def test_with_detail_month_a_year_adds_up_the_months_that_have_begun():
    monthly, detailed = sources("2026")
    assert detailed == monthly
    assert detailed.basis == "months"
    assert detailed.periods[-1].name == "2026-11"


def test_with_detail_day_a_day_shows_its_own_and_hours_those_of_its_month():
    monthly, detailed = sources("2026-10-08", "day")
    assert monthly == source("month", "2026-10")
    assert detailed == source("own", "2026-10-08")


def test_with_detail_day_a_month_adds_up_its_days_but_has_hours_of_its_own():
    monthly, detailed = sources("2026-10", "day")
    assert monthly == source("own", "2026-10")
    assert (detailed.basis, len(detailed.periods), detailed.is_sum) == ("days", 31, True)


def test_a_year_in_which_the_detail_changed_adds_up_months_and_days():
    details = {f"2026-{month:02}": "month" if month < 11 else "day" for month in range(1, 13)}
    _, detailed = sources("2026", details)
    assert detailed.basis == "mixed"
    assert tuple(map(str, detailed.periods[9:11])) == ("2026-10", "2026-11-01")


def test_a_closed_month_that_was_counted_by_day_has_its_sum_under_its_own_name():
    assert sources("2026-10", "day", closed={"2026-10"}).detailed == source("days", "2026-10")
    assert sources("2026-W41", "day", closed={"2026-10"}).detailed.periods[0].name == "2026-10-05"


def test_a_year_takes_the_sums_of_closed_months_and_the_days_of_the_last():
    closed = {f"2026-{number:02}" for number in range(3, 11)}
    detailed = sources("2026", "day", closed).detailed

    assert detailed.basis == "days"
    assert [period.name for period in detailed.periods if period.kind == "month"] == sorted(closed)
    assert detailed.periods[-1].name == "2026-11-30"
