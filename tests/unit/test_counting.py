from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_service.domain.calendar.periods import periods_of
from consent_service.domain.counting import counts as counting
from consent_service.domain.counting import hit
from consent_service.domain.counting.counts import TallyCell
from consent_service.domain.counting.dimensions import DIMENSIONS

PERIODS = periods_of(date(2026, 11, 22))


def counters(**at):
    row = [0] * hit.COUNTERS
    for name, number in at.items():
        row[{"repeats": hit.REPEATS}.get(name) or hit.CLASS_OF[int(name[1:])]] = number
    return row


def test_visitors_of_a_period_are_the_visits_flagged_first_of_it():
    cell = TallyCell("page", "/", counters(c0=1, c1=2, c3=4, c5=8, c7=16, c13=32, c15=64, repeats=3))

    visits = 1 + 2 + 4 + 8 + 16 + 32 + 64
    assert counting.counts_of(cell, "day") == [visits + 3, visits, visits - 1, 0, 0]
    assert counting.counts_of(cell, "week") == [visits + 3, visits, 4 + 16 + 64, 0, 0]
    assert counting.counts_of(cell, "month") == [visits + 3, visits, 8 + 16 + 32 + 64, 0, 0]
    assert counting.counts_of(cell, "year") == [visits + 3, visits, 32 + 64, 0, 0]


def test_an_acceptance_is_its_own_support():
    assert counting.counts_of(TallyCell("consent", "9a03", counters(c0=12)), "month")[:3] == [12, 12, 12]


BY_DAY = ("page", "referrer", "campaign", "event", "outbound", "download")
"""What is counted by day where a site's detail is the day."""


def where(detail, names):
    cells = [TallyCell(name, "x", counters(c15=1)) for name in names]
    return [(period.name, dimension) for period, dimension, _, _ in counting.spread(cells, detail, PERIODS)]


def test_totals_are_counted_in_all_four_periods_and_breakdowns_in_one():
    totals = [(period.name, name) for name in ("site", "engagement") for period in PERIODS]
    names = [name for name, dimension in DIMENSIONS.items() if not dimension.total]

    assert where("month", ["site", "engagement", *names]) == [*totals, *(("2026-11", name) for name in names)]


def test_pages_sources_events_and_links_alone_are_counted_by_day():
    names = [name for name, dimension in DIMENSIONS.items() if not dimension.total]

    assert where("day", names) == [("2026-11-22" if name in BY_DAY else "2026-11", name) for name in names]


@pytest.fixture
def four_seats(monkeypatch):
    dimensions = {**DIMENSIONS, "platform": replace(DIMENSIONS["platform"], seats=4)}
    monkeypatch.setattr(counting, "DIMENSIONS", dimensions)


@pytest.mark.usefixtures("four_seats")
def test_a_value_without_a_seat_goes_into_other():
    cells = {}
    for value in ("(none)", "phone", "tablet", "desktop", "toaster", "fridge", "kettle", "phone", "(none)"):
        counting.add(cells, "platform", value, [1, 1, 1, 0, 0])

    assert {value: counts[0] for value, counts in cells["platform"].items()} == {
        "(none)": 2, "phone": 2, "tablet": 1, "desktop": 1, "toaster": 1, "(other)": 2,
    }  # fmt: skip


@pytest.mark.usefixtures("four_seats")
def test_a_visit_without_a_value_has_its_place_however_many_came_before():
    cells = {}
    for value in ("phone", "tablet", "desktop", "toaster", "fridge", "(none)"):
        counting.add(cells, "platform", value, [1, 1, 1, 0, 0])

    assert cells["platform"]["(none)"][0] == cells["platform"]["(other)"][0] == 1


@given(
    st.lists(st.tuples(st.sampled_from(["/", "/a", "/b"]), st.lists(st.integers(0, 9), min_size=5, max_size=5))),
    st.randoms(),
)
def test_the_order_in_which_counts_come_does_not_matter(parts, random):
    def added(ordered):
        cells = {}
        for value, counts in ordered:
            counting.add(cells, "page", value, counts)
        return cells

    shuffled = random.sample(parts, len(parts))
    assert added(parts) == added(shuffled)
