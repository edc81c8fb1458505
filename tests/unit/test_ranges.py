"""A chosen range of days."""

from datetime import date

import pytest

from consent_service.domain.calendar.periods import BadPeriod, Period
from consent_service.domain.calendar.ranges import BadRange, Range, read_range

MADE, TODAY = date(2026, 8, 20), date(2026, 11, 22)


def names(spans):
    return [span.name for span in spans]


def test_a_range_is_its_first_day_its_last_and_all_between():
    chosen = read_range("2026-10-30", "2026-11-02", MADE, TODAY)

    assert names(chosen.days) == ["2026-10-30", "2026-10-31", "2026-11-01", "2026-11-02"]
    assert names(chosen.months) == ["2026-10", "2026-11"]


def test_a_single_day_is_a_range():
    assert read_range("2026-11-22", "2026-11-22", MADE, TODAY).length == 1


def test_a_range_is_named_by_its_ends_and_is_no_period():
    chosen = Range(date(2026, 11, 1), date(2026, 11, 30))

    assert str(chosen) == chosen.name == "2026-11-01/2026-11-30"
    assert chosen.kind == "range"
    assert chosen != Period.parse("2026-11")
    with pytest.raises(BadPeriod, match="is not a period"):
        Period.parse(chosen.name)


@pytest.mark.parametrize(
    ("first", "last", "field", "message"),
    [
        ("2026-11-14", "2026-10-03", "last", "is before the first"),
        ("2026-08-19", "2026-10-03", "first", "the site was made on 2026-08-20"),
        ("2026-11-14", "2026-11-23", "last", "has not begun yet"),
        ("", "2026-11-14", "first", "a day is needed"),
        ("2026-11-14", "", "last", "a day is needed"),
        ("2026-11", "2026-11-14", "first", "is not a day"),
        ("2026-11-14", "2026-11-31", "last", "is not a day"),
        ("yesterday\0", "2026-11-14", "first", "is not a day"),
    ],
)
def test_what_is_no_range_is_refused_at_its_field(first, last, field, message):
    with pytest.raises(BadRange, match=message) as refused:
        read_range(first, last, MADE, TODAY)
    assert refused.value.field == field


def test_a_range_is_two_years_at_the_most():
    made = date(2020, 1, 1)

    assert read_range("2023-01-01", "2024-12-31", made, TODAY).length == 731
    with pytest.raises(BadRange, match="732 days"):
        read_range("2023-01-01", "2025-01-01", made, TODAY)


def test_whole_months_are_those_of_which_every_day_is_in_it():
    assert names(Range(date(2026, 9, 2), date(2026, 11, 30)).whole_months) == ["2026-10", "2026-11"]


def test_a_long_range_is_charted_by_month_as_far_as_each_is_in_it():
    assert names(Range(date(2026, 8, 20), date(2026, 11, 22)).parts) == [
        "2026-08-20/2026-08-31",
        "2026-09-01/2026-09-30",
        "2026-10-01/2026-10-31",
        "2026-11-01/2026-11-22",
    ]
    assert names(Range(date(2026, 11, 1), date(2026, 11, 3)).parts) == ["2026-11-01", "2026-11-02", "2026-11-03"]
