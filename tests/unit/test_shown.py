"""How counts are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_service.domain.counting.dimensions import DIMENSIONS
from consent_service.domain.disclosure.shown import (
    Part,
    Rate,
    Shown,
    bounces,
    numbers_of,
    part_of,
    part_of_sums,
    per_visit,
    show_closed,
    show_open,
)

SITE, PAGE, REFERRER = DIMENSIONS["site"], DIMENSIONS["page"], DIMENSIONS["referrer"]


def show(dimension, cells, is_open=False):
    return show_open(dimension, cells, 10) if is_open else show_closed(dimension, part_of(dimension, cells, 10))


def exact(**counts):
    return {name: Shown(number) for name, number in counts.items()}


def texts(counts):
    return {measure: str(count) for measure, count in counts.items()}


def test_a_closed_cell_is_shown_exactly():
    shown = show(PAGE, {"/": [1_234, 57, 41, 40, 0, 0]})
    assert texts(shown["/"]) == {"views": "1,234", "visits": "57", "visitors": "41", "entries": "40"}


def test_an_open_cell_is_rounded_down_to_a_multiple_of_k():
    shown = show(PAGE, {"/": [1_239, 29, 20, 12, 0, 0]}, is_open=True)
    assert texts(shown["/"]) == {
        "views": "1,230 or more",
        "visits": "20 or more",
        "visitors": "20 or more",
    }


def test_what_rounds_down_to_nothing_is_fewer_than_k():
    totals = show(DIMENSIONS["site"], {"": [30, 20, 20, 0, 9, 0]}, is_open=True)[""]
    assert str(totals["engaged_visits"]) == "fewer than 10"


def test_entries_are_not_told_while_their_period_is_open():
    assert "entries" not in show(PAGE, {"/": [30, 20, 20, 20, 0, 0]}, is_open=True)["/"]


def test_of_the_visitors_of_other_pages_is_told_how_many_there_are_at_least():
    shown = show(PAGE, {"(other)": [90, 80, 10, 20, 0, 0], "/": [90, 80, 40, 35, 0, 0]})
    assert texts(shown["(other)"])["visitors"] == "10 or more"
    assert texts(shown["(other)"])["visits"] == "80"


@pytest.mark.parametrize("is_open", [True, False])
def test_a_cell_whose_support_is_below_k_is_not_shown(is_open):
    cells = {"a.example": [90, 90, 9, 0, 0, 0], "b.example": [90, 90, 10, 0, 0, 0]}
    assert show(REFERRER, cells, is_open).keys() == {"b.example"}


def test_of_closed_pages_a_second_count_is_hidden_where_a_sum_would_tell_the_first():
    cells = {"/": [50, 50, 50, 40, 0, 0], "/a": [30, 30, 30, 20, 0, 0], "/b": [20, 20, 20, 4, 0, 0]}
    shown = show(PAGE, cells)
    assert [str(shown[value]["entries"]) for value in cells] == ["40", "fewer than 10", "fewer than 10"]


def added_up(dimension, *parts):
    return show_closed(dimension, *(part_of(dimension, cells, 10) for cells in parts))


def test_parts_are_added_up_measure_by_measure():
    parts = [{"a": [0, 12, 11, 0, 0, 0]}, {"a": [0, 30, 20, 0, 0, 0], "b": [0, 15, 15, 0, 0, 0]}]
    assert added_up(REFERRER, *parts) == {"a": exact(visits=42, visitors=31), "b": exact(visits=15, visitors=15)}


def test_a_count_that_a_part_hides_adds_nothing_so_that_no_subtraction_finds_it():
    few, many = {"/": [30, 30, 30, 4, 0, 0]}, {"/": [50, 50, 50, 25, 0, 0]}
    assert added_up(PAGE, few, many, few)["/"]["entries"] == Shown(25)


def test_a_count_that_every_part_hides_stays_hidden():
    cells = {"/": [30, 30, 30, 4, 0, 0]}
    parts = [Part(cells, {("/", "entries")}, threshold) for threshold in (10, 20, 10)]
    assert show_closed(PAGE, *parts)["/"]["entries"] == Shown(20, "below")


def test_adding_up_changes_no_part():
    cells = {"/": [30, 30, 30, 4, 0, 0]}
    added_up(PAGE, cells, cells)
    assert cells == {"/": [30, 30, 30, 4, 0, 0]}


def totals(visits, views=0, engaged=0, is_open=False):
    return show(SITE, {"": [views, visits, visits, 0, engaged, 0]}, is_open)[""]


def test_views_and_seconds_are_given_per_visit():
    closed = {**totals(40, views=100), "engaged_seconds": Shown(1_000)}
    assert per_visit(closed, "views", 10) == Rate(2.5, about=False)
    assert per_visit(closed, "engaged_seconds", 10) == Rate(25.0, about=False)


def test_seconds_are_not_told_while_their_period_is_open():
    cells = {"": [40, 40, 40, 0, 0, 3_000]}
    assert "engaged_seconds" not in show(DIMENSIONS["engagement"], cells, is_open=True)[""]
    assert show(DIMENSIONS["engagement"], cells)[""]["engaged_seconds"] == Shown(3_000)


def test_time_per_visit_is_not_known_without_seconds():
    assert per_visit(totals(40, views=100), "engaged_seconds", 10) is None


def test_the_bounce_rate_is_the_share_of_visits_without_a_second_view():
    assert bounces(totals(40, engaged=10), 10) == Rate(0.75, about=False)


@pytest.mark.parametrize("engaged", [9, 31])
def test_the_bounce_rate_is_hidden_where_it_or_its_complement_rests_on_fewer_than_k(engaged):
    assert bounces(totals(40, engaged=engaged), 10) is None


def test_a_rate_of_an_open_period_is_made_of_rounded_numbers_and_says_so():
    assert per_visit(totals(109, views=259, is_open=True), "views", 10) == Rate(2.5, about=True)
    assert bounces(totals(109, engaged=79, is_open=True), 10) == Rate(0.3, about=True)


def test_a_rate_of_an_open_period_waits_for_numbers_that_rounding_hardly_moves():
    assert per_visit(totals(99, views=259, is_open=True), "views", 10) is None


def test_the_complement_of_rounded_numbers_must_reach_k_for_certain():
    assert bounces(totals(109, engaged=89, is_open=True), 10) == Rate(0.2, about=True)
    assert bounces(totals(109, engaged=99, is_open=True), 10) is None


CELLS = st.dictionaries(
    st.sampled_from(["/", "/a", "/b", "(other)"]),
    st.tuples(st.integers(10, 60), st.integers(0, 60), st.integers(10, 60)).map(
        lambda counts: [sum(counts), counts[0] + counts[1], counts[0], min(counts[1], counts[2]), 0, 0]
    ),
)


@given(st.lists(CELLS, max_size=4), st.sampled_from([PAGE, REFERRER]))
def test_what_was_added_up_and_stored_is_shown_as_its_parts_added_up_are(days, dimension):
    sums = added_up(dimension, *days)

    assert show_closed(dimension, part_of_sums(dimension, numbers_of(sums), 10)) == sums


@given(st.lists(CELLS, max_size=4), st.sampled_from([PAGE, REFERRER]))
def test_a_sum_is_made_of_what_its_parts_show(days, dimension):
    parts = [show(dimension, cells) for cells in days]

    for value, counts in added_up(dimension, *days).items():
        for measure, count in counts.items():
            shown = [part[value][measure] for part in parts if value in part]
            assert count.known == sum(one.known for one in shown)
            assert (count.sort == "below") == all(one.sort == "below" for one in shown)
            assert (count.sort == "least") == ("least" in [one.sort for one in shown])
