"""Who keeps a seat, whatever comes first."""

from hypothesis import given
from hypothesis import strategies as st

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting import seats
from consent_service.domain.counting.dimensions import DIMENSIONS, NONE, OTHER, Dimension
from consent_service.domain.counting.seats import Seating

ONE = [1, 1, 1, 0, 0]
MONTH, DAY = Period.parse("2026-11"), Period.parse("2026-11-22")
SEATS = DIMENSIONS["browser"].seats

junk = st.lists(st.integers(0, 3 * SEATS).map("junk {}".format), max_size=4 * SEATS)
real = st.lists(st.integers(0, 89).map("real {}".format), unique=True, max_size=90)


def seated(values, reserved, period=MONTH, before=None):
    periods = before or {}
    seating = Seating(periods, reserved)
    for value in values:
        seating.add(period, "browser", value, ONE)
    return periods[period.name]["browser"]


@given(real, junk, st.randoms(use_true_random=False))
def test_reserved_values_are_counted_under_their_names_whatever_comes_in_whatever_order(names, flood, random):
    came = random.sample([*names, *names, *flood], 2 * len(names) + len(flood))
    cells = seated([*came, NONE], {"month": {"browser": names}})

    assert {name: cells[name][0] for name in names} == dict.fromkeys(names, 2)
    assert len(cells) <= SEATS + 2
    assert cells[NONE][0] == 1
    assert sum(counts[0] for counts in cells.values()) == len(came) + 1


@given(real, junk, st.integers(0, 4 * SEATS))
def test_what_is_reserved_is_counted_alike_however_it_is_split_into_merges(names, flood, where):
    reserved = {"month": {"browser": names}}
    came = [*flood, *names]
    periods = {}
    for part in (came[:where], came[where:]):
        seating = Seating(periods, reserved)
        for value in part:
            seating.add(MONTH, "browser", value, ONE)

    assert periods.get(MONTH.name, {}).get("browser", {}) == (seated(came, reserved) if came else {})


def test_what_is_new_finds_the_seats_that_are_not_reserved():
    cells = seated((f"new {n}" for n in range(SEATS)), {"month": {"browser": [f"real {n}" for n in range(SEATS - 10)]}})

    assert len(cells.keys() - {OTHER}) == 10
    assert cells[OTHER][0] == SEATS - 10


def test_values_are_reserved_in_periods_of_their_kind_alone():
    flood = [f"junk {n}" for n in range(SEATS)]
    reserved = {"day": {"browser": ["real"]}}

    assert "real" in seated([*flood, "real"], reserved, DAY)
    assert "real" not in seated([*flood, "real"], reserved, MONTH)


def test_seats_that_junk_has_taken_already_are_not_taken_away():
    taken = {MONTH.name: {"browser": {f"junk {n}": ONE for n in range(SEATS)}}}
    cells = seated(["real"], {"month": {"browser": ["real"]}}, before=taken)

    assert len(cells) == SEATS + 1
    assert cells[OTHER] == ONE


def visits(**numbers):
    return {value: [0, number, number, 0, 0] for value, number in numbers.items()}


TEN = Dimension("browser", frozenset({"visits"}), seats=10)


def test_published_values_are_reserved_by_their_visits_and_what_came_later_after_them():
    last, present = visits(a=10, b=30, c=20), visits(junk=2_500, a=25, d=10)

    assert seats.reserve(TEN, [], [last, present]) == ["b", "c", "a", "junk", "d"]


def test_published_values_are_reserved_up_to_nine_tenths_of_the_seats_after_all_listed_ones():
    published = visits(**{f"v{n}": 100 - n for n in range(20)})

    assert seats.reserve(TEN, [], [published]) == [f"v{n}" for n in range(9)]
    assert seats.reserve(TEN, ["v3", "x"], [published]) == ["v3", "x", "v0", "v1", "v2", "v4", "v5", "v6", "v7"]
    assert seats.reserve(TEN, [f"l{n}" for n in range(10)], [published]) == [f"l{n}" for n in range(10)]


def test_the_services_own_values_need_no_reserved_seat():
    assert seats.reserve(TEN, [], [{NONE: ONE, OTHER: ONE, "a": ONE}]) == ["a"]
