from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_service.domain.calendar import periods

SOME_DAY = st.dates(date(1999, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 22), ("2026-11-22", "2026-W47", "2026-11", "2026")),
        (date(2027, 1, 1), ("2027-01-01", "2026-W53", "2027-01", "2027")),  # the ISO week belongs to the old year
        (date(2024, 12, 30), ("2024-12-30", "2025-W01", "2024-12", "2024")),
    ],
)
def test_a_day_lies_in_its_day_iso_week_month_and_year(day, expected):
    assert periods.periods_of(day) == expected


@given(SOME_DAY, st.sampled_from(periods.KINDS))
def test_periods_of_a_kind_follow_each_other_without_gap_or_overlap(day, kind):
    period = periods.period_of(day, kind)

    assert periods.first_day(period) <= day <= periods.last_day(period)
    assert periods.preceding(periods.following(period)) == period
    assert (periods.first_day(periods.following(period)) - periods.last_day(period)).days == 1
    assert period < periods.following(period)


@given(SOME_DAY, st.sampled_from(periods.KINDS))
def test_the_days_of_a_period_are_those_that_lie_in_it(day, kind):
    period = periods.period_of(day, kind)

    assert all(periods.period_of(date.fromisoformat(one), kind) == period for one in periods.days_in(period))
    assert day.isoformat() in periods.days_in(period)


@pytest.mark.parametrize("text", ["2026-13", "2026-02-30", "2025-W53", "26-11", "2026-11-1", "", "2026-W00", "٢٠٢٦"])
def test_what_is_no_period_is_refused_by_name(text):
    with pytest.raises(periods.BadPeriod, match=text or "''"):
        periods.kind_of(text)


def test_quarters_follow_each_other_over_the_turn_of_the_year():
    assert periods.quarter_of(date(2026, 11, 22)) == "2026Q4"
    assert periods.quarter_after("2026Q4") == "2027Q1"
    assert periods.quarter_after("2026Q1") == "2026Q2"


@pytest.mark.parametrize(
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
    end = periods.starts_at(periods.first_day(periods.following(day.isoformat())), ZoneInfo(zone))

    assert (end - start) / 3600 == hours
    assert periods.local_day(start, ZoneInfo(zone)) == day
    assert periods.local_day(start - 1, ZoneInfo(zone)) < day


@pytest.mark.parametrize("period", ["2026-11-22", "2026-W47", "2026-11", "2026", "2024-02-28", "2020-W52"])
def test_the_distance_of_two_periods_counts_those_that_follow(period):
    last = period
    for number in range(60):
        assert periods.distance(period, last) == number
        last = periods.following(last)
