"""From which month on days and weeks are kept."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_service.domain.calendar.periods import Period
from consent_service.domain.notice.notice import Notice, Terms
from consent_service.domain.notice.retention import is_coarsened, last_of
from consent_service.domain.notice.retention import kept_from as kept_from_month
from consent_service.domain.notice.timeline import Edition, Timeline


def line(**retentions):
    """Editions by the month from which each is current: ``m2026_01=25``."""
    return Timeline(
        [
            Edition(Notice(Terms("Harbour", retention=months)), Period.parse(name[1:].replace("_", "-")))
            for name, months in retentions.items()
        ]
    )


def kept_from(timeline, month):
    return kept_from_month(timeline, Period.parse(month)).name


@pytest.mark.parametrize(
    ("retention", "month", "expected"),
    [(25, "2026-11", "2024-11"), (25, "2026-12", "2024-12"), (1, "2026-11", "2026-11"), (12, "2026-01", "2025-02")],
)
def test_no_day_is_kept_for_longer_than_the_notice_says(retention, month, expected):
    assert kept_from(line(m2020_01=retention), month) == expected


def test_what_was_counted_under_an_older_notice_goes_by_what_that_one_said():
    assert kept_from(line(m2026_01=3, m2026_06=25), "2026-07") == "2026-05"
    assert kept_from(line(m2026_01=3, m2026_06=25), "2026-12") == "2026-06"
    assert kept_from(line(m2026_01=3, m2026_06=25), "2028-06") == "2026-06"
    assert kept_from(line(m2026_01=3, m2026_06=25), "2028-07") == "2026-07"


def test_with_days_that_go_sooner_those_before_them_go_too():
    assert kept_from(line(m2026_01=25, m2026_06=2), "2026-08") == "2026-07"


def test_of_two_notices_of_one_month_the_last_one_counts():
    editions = [Edition(Notice(Terms("Harbour", retention=months)), Period.parse("2026-01")) for months in (1, 25)]
    assert kept_from(Timeline(editions), "2026-11") == "2026-01"  # those before go by the first
    assert kept_from(Timeline(editions[::-1]), "2026-11") == "2026-11"


@given(st.integers(1, 120), st.integers(1, 120), st.integers(0, 200))
def test_time_only_ever_takes_days_away(first, second, offset):
    both = line(m2020_01=first, m2022_06=second)
    month, following = (f"{2020 + n // 12}-{n % 12 + 1:02}" for n in (offset, offset + 1))
    assert kept_from(both, month) <= kept_from(both, following)


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2026-10-31", True),
        ("2026-11-01", False),
        ("2026-W43", True),
        ("2026-W44", True),  # begins on 26 October
        ("2026-W45", False),
        ("2026-10", False),
        ("2025", False),
    ],
)
def test_days_go_and_weeks_with_their_first_day_and_months_and_years_stay(period, expected):
    assert is_coarsened(Period.parse(period), date(2026, 11, 1)) is expected


def test_nothing_goes_where_everything_is_kept():
    assert not is_coarsened(Period.parse("1999-01-01"), None)


def test_the_last_that_goes_are_the_day_before_and_its_week():
    assert tuple(map(str, last_of(date(2026, 11, 1)))) == ("2026-10-31", "2026-W44")
