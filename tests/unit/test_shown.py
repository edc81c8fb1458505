"""How counts are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_service.domain.counting.dimensions import DIMENSIONS
from consent_service.domain.disclosure import marks
from consent_service.domain.disclosure.shown import (
    UNSHOWN,
    Rate,
    Shown,
    add_up_counts,
    at_least,
    bounces,
    marks_of,
    per_visit,
    share,
    show_open,
    show_row,
)

SITE, PAGE, REFERRER, ENGAGEMENT = (DIMENSIONS[name] for name in ("site", "page", "referrer", "engagement"))


def texts(counts):
    return {measure: str(count) for measure, count in counts.items()}


def test_a_row_without_marks_is_shown_exactly():
    shown = show_row(PAGE, [1_234, 57, 41, 0, 0], "")

    assert texts(shown) == {"views": "1,234", "visits": "57", "visitors": "41"}
    assert all(count.is_exact for count in shown.values())


def test_a_row_is_shown_as_its_marks_say():
    shown = show_row(PAGE, [1_234, 0, 41, 0, 0], "visits? visitors>= visitors+")

    assert texts(shown) == {"views": "1,234", "visits": "hidden", "visitors": "41 or more"}
    assert shown["visitors"].summed


def test_a_hidden_number_is_in_no_sum_order_or_rate():
    assert show_row(SITE, [90, 80, 40, 7, 0], "engaged_visits?")["engaged_visits"] == UNSHOWN
    assert UNSHOWN.known == 0
    assert not UNSHOWN.is_exact


def test_an_open_cell_is_rounded_down_to_a_multiple_of_k():
    shown = show_open(PAGE, {"/": [1_239, 29, 20, 0, 0]}, 10)

    assert texts(shown["/"]) == {"views": "1,230 or more", "visits": "20 or more", "visitors": "20 or more"}


def test_what_rounds_down_to_nothing_is_hidden():
    shown = show_open(SITE, {"": [30, 20, 20, 9, 0]}, 10)[""]

    assert shown["engaged_visits"] == UNSHOWN
    assert at_least(0, 10) == UNSHOWN


def test_seconds_are_not_told_while_their_period_is_open():
    assert "engaged_seconds" not in show_open(ENGAGEMENT, {"": [0, 40, 40, 0, 3_000]}, 10)[""]
    assert show_row(ENGAGEMENT, [0, 40, 40, 0, 3_000], "")["engaged_seconds"] == Shown(3_000)


@given(st.integers(0, 10**9), st.integers(5, 1_000))
def test_no_open_count_is_told_above_what_it_is(number, k):
    assert at_least(number, k).known <= number
    assert at_least(number, k).known % k == 0


def row(visits, visitors, text=""):
    return show_row(REFERRER, [0, visits, visitors, 0, 0], text)


def test_the_rows_of_parts_are_added_up():
    assert add_up_counts([row(12, 11), row(30, 20)], 2) == {"visits": Shown(42), "visitors": Shown(31, summed=True)}


def test_a_sum_over_a_part_without_the_value_is_a_lower_bound_for_it_may_have_folded_it():
    assert add_up_counts([row(15, 15)], 2) == {
        "visits": Shown(15, "least"),
        "visitors": Shown(15, "least", summed=True),
    }


def test_one_part_alone_is_what_it_is():
    alone = row(12, 11, "visits>=")

    assert add_up_counts([alone], 1) == alone


def test_a_sum_with_a_lower_bound_is_one():
    added = add_up_counts([row(12, 11, "visits>= visitors>="), row(30, 20)], 2)

    assert texts(added) == {"visits": "42 or more", "visitors": "31 or more"}


def test_a_part_that_hides_a_count_adds_nothing_to_it():
    hidden, told = (show_row(PAGE, [90, number, 10, 0, 0], text) for number, text in ((0, "visits?"), (50, "")))

    assert add_up_counts([hidden, told], 2)["visits"] == Shown(50, "least")
    assert add_up_counts([hidden, hidden], 2)["visits"] == UNSHOWN
    assert add_up_counts([hidden, told], 2)["views"] == Shown(180)


ROWS = st.lists(
    st.tuples(st.integers(10, 60), st.integers(0, 60), st.sampled_from(["", "visits>= visitors>=", "visits?"])).map(
        lambda row: show_row(PAGE, [sum(row[:2]), 0 if "?" in row[2] else sum(row[:2]), row[0], 0, 0], row[2])
    ),
    min_size=1,
    max_size=4,
)


@given(ROWS, st.integers(0, 2))
def test_a_sum_is_made_of_what_its_parts_show_and_carries_their_marks(rows, without):
    for measure, count in add_up_counts(rows, len(rows) + without).items():
        told = [row[measure] for row in rows]
        assert count.known == sum(shown.known for shown in told)
        assert count.is_exact == (not without and all(shown.is_exact for shown in told))
        assert (count.sort == "hidden") == all(shown.sort == "hidden" for shown in told)


@given(ROWS, st.integers(0, 2))
def test_the_marks_of_what_is_shown_say_how_to_show_it_again(rows, without):
    counts = add_up_counts(rows, len(rows) + without)
    numbers = [counts[measure].number for measure in ("views", "visits", "visitors")]

    assert show_row(PAGE, [*numbers, 0, 0], marks_of(counts)) == counts
    assert marks.written(marks.read(marks_of(counts))) == marks_of(counts)


def totals(visits, views=0, engaged=0, is_open=False):
    counts = [views, visits, visits, engaged, 0]
    return show_open(SITE, {"": counts}, 10)[""] if is_open else show_row(SITE, counts, "")


def test_views_and_seconds_are_given_per_visit():
    closed = {**totals(40, views=100), "engaged_seconds": Shown(1_000)}

    assert per_visit(closed, "views", 10) == Rate(2.5, about=False)
    assert per_visit(closed, "engaged_seconds", 10) == Rate(25.0, about=False)


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


def test_a_share_of_a_hidden_count_is_none():
    assert share(UNSHOWN, Shown(400), 10) is None
