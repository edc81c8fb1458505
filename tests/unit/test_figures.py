"""The figures of a page and how they changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_service.domain.disclosure.shown import UNSHOWN, Rate, Shown
from consent_service.domain.figures.figures import (
    FigureChange,
    added_up,
    changes,
    figures_of,
    figures_of_sum,
    shares_of,
)

K = 10


def totals(visitors, visits=None, views=None, engaged=None, **further):
    visits = visits or visitors
    return {
        "visitors": Shown(visitors),
        "visits": Shown(visits),
        "views": Shown(views or visits),
        "engaged_visits": engaged or Shown(visits // 2),
        **further,
    }


def of(visitors, **parts):
    return figures_of(totals(visitors, **parts), K)


def test_a_change_is_told_in_percent_and_that_of_a_share_in_points():
    before = of(100, visits=200, views=400, engaged=Shown(100), engaged_seconds=Shown(2_000))
    present = of(150, visits=200, views=800, engaged=Shown(150), engaged_seconds=Shown(1_000))

    assert changes(present, before) == {
        "visitors": FigureChange(50, "percent"),
        "visits": FigureChange(0, "percent"),
        "views": FigureChange(100, "percent"),
        "views_per_visit": FigureChange(100, "percent"),
        "bounce_rate": FigureChange(-25, "points"),
        "time_per_visit": FigureChange(-50, "percent"),
    }


@pytest.mark.parametrize("hidden", [Shown(100, "least"), UNSHOWN, None, Rate(0.5, about=True)])
def test_no_change_is_told_from_or_to_what_is_rounded_or_hidden(hidden):
    exact = of(100)
    for present, before in ((exact, {**exact, "visitors": hidden}), ({**exact, "visitors": hidden}, exact)):
        assert "visitors" not in changes(present, before)
        assert "visits" in changes(present, before)


def test_a_rate_of_a_sum_is_about_that_of_the_days_which_show_both_of_its_numbers():
    told = totals(450, visits=450, engaged=Shown(180), engaged_seconds=Shown(13_500))
    hides = totals(50, visits=50, engaged=UNSHOWN)

    found = figures_of_sum([told, hides], K)

    assert found["visits"] == Shown(500)
    assert found["views_per_visit"] == Rate(1.0, about=False)
    assert found["bounce_rate"] == Rate(0.6, about=True)
    assert found["time_per_visit"] == Rate(30.0, about=True)


def test_a_rate_of_a_sum_is_not_told_where_days_with_more_than_a_tenth_of_the_visits_hide_it():
    told = totals(449, visits=449, engaged=Shown(180), engaged_seconds=Shown(13_500))
    hides = totals(50, visits=50, engaged=UNSHOWN)

    found = figures_of_sum([told, hides], K)

    assert found["bounce_rate"] is None
    assert found["time_per_visit"] is None


@pytest.mark.parametrize(("hidden", "is_told"), [(5, True), (6, False)])
def test_a_day_that_shows_nothing_may_have_had_k_minus_1_visits(hidden, is_told):
    found = figures_of_sum([totals(450, visits=450)], K, 1 + hidden)

    assert found["visits"].sort == "least"
    assert found["views_per_visit"] == (Rate(1.0, about=True) if is_told else None)
    assert found["bounce_rate"] == (Rate(0.5, about=True) if is_told else None)


def test_rates_that_no_day_tells_are_not_told():
    found = figures_of_sum([totals(50, engaged=UNSHOWN)], K)

    assert found["bounce_rate"] is None
    assert found["time_per_visit"] is None


@given(st.lists(st.integers(10, 10_000), min_size=1, max_size=40))
def test_what_is_added_up_is_the_sum_of_what_is_shown(visitors):
    whole = added_up(totals(one) for one in visitors)

    assert whole["visitors"] == Shown(sum(visitors), summed=len(visitors) > 1)
    assert whole["visits"] == Shown(sum(visitors))


def test_what_a_part_hides_adds_nothing_and_leaves_a_lower_bound():
    parts = [{"engaged_visits": Shown(40)}, {"engaged_visits": UNSHOWN}]

    assert added_up(parts) == {"engaged_visits": Shown(40, "least")}
    assert added_up(parts[1:]) == {"engaged_visits": UNSHOWN}


def test_of_parts_that_are_missing_every_sum_is_a_lower_bound():
    assert added_up([totals(20), totals(30)], 3)["visits"] == Shown(50, "least")
    assert added_up([totals(20)], 2)["visitors"] == Shown(20, "least", summed=True)


def breakdown(**visits):
    return {value: {"visits": count} for value, count in visits.items()}


def test_shares_are_of_all_visits_that_are_shown():
    shares = shares_of(breakdown(good=Shown(60), poor=Shown(20)), K)

    assert shares == {"good": Rate(0.75, about=False), "poor": Rate(0.25, about=False)}


def test_shares_of_rounded_numbers_say_so_and_wait_for_enough_of_them():
    assert shares_of(breakdown(good=Shown(90, "least"), poor=Shown(10, "least")), K)["good"] == Rate(0.9, about=True)
    assert shares_of(breakdown(good=Shown(80, "least"), poor=Shown(10, "least")), K) == {}
    assert shares_of({}, K) == {}
