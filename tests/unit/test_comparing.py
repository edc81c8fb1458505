"""What a period is compared with."""

from datetime import date

import pytest

from consent_service.domain.calendar.comparison import compared, compared_range
from consent_service.domain.calendar.periods import Period
from consent_service.domain.calendar.ranges import Range


@pytest.mark.parametrize(
    ("period", "before", "a_year_before"),
    [
        ("2026-11-22", "2026-11-21", "2025-11-22"),
        ("2028-02-29", "2028-02-28", "2027-02-28"),
        ("2026-W01", "2025-W52", "2025-W01"),
        ("2026-W53", "2026-W52", "2025-W52"),
        ("2026-01", "2025-12", "2025-01"),
        ("2026", "2025", "2025"),
    ],
)
def test_a_period_is_compared_with_the_one_before_or_that_of_the_year_before(period, before, a_year_before):
    assert compared(Period.parse(period), "previous") == Period.parse(before)
    assert compared(Period.parse(period), "year") == Period.parse(a_year_before)
    assert compared(Period.parse(period), "none") is None


def test_a_range_is_compared_with_as_many_days_before_or_with_the_same_dates():
    chosen = Range(date(2026, 11, 10), date(2026, 11, 14))

    assert compared_range(chosen, "previous") == Range(date(2026, 11, 5), date(2026, 11, 9))
    assert compared_range(chosen, "year") == Range(date(2025, 11, 10), date(2025, 11, 14))
    assert compared_range(chosen, "none") is None
