from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_service.domain.calendar import periods
from consent_service.domain.calendar.periods import Period
from tests.tables import every

SOME_DAY = st.dates(date(1999, 1, 1), date(2100, 12, 31))


@every(
    ("day", "expected"),
    [
        (date(2026, 11, 22), ("2026-11-22", "2026-W47", "2026-11", "2026")),
        (date(2027, 1, 1), ("2027-01-01", "2026-W53", "2027-01", "2027")),  # the ISO week belongs to the old year
        (date(2024, 12, 30), ("2024-12-30", "2025-W01", "2024-12", "2024")),
    ],
)
def test_a_day_lies_in_its_day_iso_week_month_and_year(day, expected):
    assert tuple(map(str, periods.periods_of(day))) == expected


@given(SOME_DAY, st.sampled_from(periods.KINDS))
def test_periods_of_a_kind_follow_each_other_without_gap_or_overlap(day, kind):
    period = Period.of(day, kind)

    assert period.first <= day <= period.last
    assert period.following.preceding == period
    assert (period.following.first - period.last).days == 1
    assert period < period.following
    assert period.name < period.following.name


@given(SOME_DAY, st.sampled_from(periods.KINDS))
def test_a_period_is_read_back_by_the_name_under_which_it_is_stored(day, kind):
    period = Period.of(day, kind)

    assert Period.parse(str(period)) == period
    assert hash(Period.parse(str(period))) == hash(period)
    assert Period.parse(period.name).kind == kind


def test_periods_of_different_kinds_are_never_the_same():
    assert len({*periods.periods_of(date(2024, 1, 1)), *periods.periods_of(date(2024, 12, 31))}) == 7


def test_periods_are_in_the_order_of_time_and_a_longer_one_after_what_it_begins_with():
    names = ["2026", "2026-02", "2026-W05", "2026-01-31", "2026-01"]
    assert list(map(str, sorted(map(Period.parse, names)))) == ["2026-01", "2026", "2026-W05", "2026-01-31", "2026-02"]


def test_a_period_cannot_be_changed():
    with pytest.raises(AttributeError):
        Period.parse("2026-11").name = "2026-12"


@every("name", ["0001", "0001-01-01", "9999-12-31", "9999-W52", "9999-12", "9999"])
def test_the_first_and_the_last_periods_that_there_are_can_be_read(name):
    assert date.min <= Period.parse(name).first <= Period.parse(name).last <= date.max


@every("text", ["2026", "2026-11-22", "2026-W47", "2026-13", "", "november"])
def test_a_month_is_asked_for_by_its_name_alone(text):
    assert periods.read_month("2026-11").kind == "month"
    with pytest.raises(periods.BadPeriod, match="this is not a month: write it as 2026-11"):
        periods.read_month(text)


@given(SOME_DAY, st.sampled_from(periods.KINDS))
def test_the_days_of_a_period_are_those_that_lie_in_it(day, kind):
    period = Period.of(day, kind)

    assert all(Period.of(part.first, kind) == period for part in period.days)
    assert len(period.days) == period.length
    assert Period.of(day, "day") in period.days


@given(SOME_DAY, st.sampled_from(periods.KINDS))
def test_the_months_of_a_period_are_those_of_its_days(day, kind):
    period = Period.of(day, kind)

    assert period.months == list(dict.fromkeys(part.month for part in period.days))


@every("text", ["2026-13", "2026-02-30", "2025-W53", "26-11", "2026-11-1", "", "2026-W00", "٢٠٢٦"])
def test_what_is_no_period_is_refused_by_name(text):
    with pytest.raises(periods.BadPeriod, match=text or "''"):
        Period.parse(text)


def test_quarters_follow_each_other_over_the_turn_of_the_year():
    assert periods.quarter_of(date(2026, 11, 22)) == "2026Q4"
    assert periods.quarter_after("2026Q4") == "2027Q1"
    assert periods.quarter_after("2026Q1") == "2026Q2"


@every(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Africa/Cairo", date(2026, 4, 24), 23),  # midnight itself is skipped
        ("UTC", date(2026, 11, 22), 24),
    ],
)
def test_a_day_is_as_long_as_daylight_saving_makes_it(zone, day, hours):
    start = periods.starts_at(day, ZoneInfo(zone))
    end = periods.starts_at(Period.of(day, "day").following.first, ZoneInfo(zone))

    assert (end - start) / 3600 == hours
    assert periods.local_day(start, ZoneInfo(zone)) == day
    assert periods.local_day(start - 1, ZoneInfo(zone)) < day


@every("period", ["2026-11-22", "2026-W47", "2026-11", "2026", "2024-02-28", "2020-W52"])
def test_the_distance_of_two_periods_counts_those_that_follow(period):
    first = last = Period.parse(period)
    for number in range(60):
        assert first.steps_to(last) == number
        last = last.following
