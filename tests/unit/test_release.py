"""What may be written of an open period, and when the cover is drawn."""

from collections import Counter

import pytest

from consent_service.domain.counting.dimensions import DIMENSIONS
from consent_service.domain.disclosure import release
from consent_service.security import tokens

K = 10
COUNTRY, PAGE = DIMENSIONS["country"], DIMENSIONS["page"]


def draw(number=0):
    return tokens.draw("k" * 32, "site", f"period {number}", "country")


def counts(visitors, visits=None, views=None):
    visits = visitors if visits is None else visits
    return [visits if views is None else views, visits, visitors, 0, 0]


def released(pending, stored=None, drawn="", number=0, dimension=COUNTRY):
    return release.release(dimension, pending, stored or {}, drawn, K, draw(number))


@pytest.mark.parametrize(
    ("pending", "stored", "may"),
    [
        (counts(10), None, True),
        (counts(9, 30), None, False),  # nine visitors, however often they came
        (counts(0, 10), counts(10), True),
        (counts(9, 9), counts(50), False),  # a step of nine visits
    ],
)
def test_a_cell_is_released_with_support_k_in_all_and_k_pending_visits(pending, stored, may):
    assert release.may_release(pending, stored, K) is may


@pytest.mark.parametrize(("total", "is_enough"), [(None, False), (counts(60, 99), False), (counts(60, 100), True)])
def test_a_breakdown_waits_until_its_period_has_ten_times_k_visits(total, is_enough):
    assert release.has_enough_visits(total, K) is is_enough


def test_every_cell_that_has_k_is_released_but_for_the_cover():
    pending = {"FR": counts(30), "DE": counts(20), "NL": counts(12), "BE": counts(9)}
    cells, cover = released(pending)

    assert cover in {"FR", "DE", "NL"}
    assert cells == {value: pending[value] for value in ("FR", "DE", "NL") if value != cover}


def test_nothing_is_released_and_no_cover_drawn_before_a_cell_has_k():
    assert released({"FR": counts(9, 30), "DE": counts(9)}) == ({}, "")


def test_a_cell_that_is_alone_is_the_cover_for_no_second_is_waited_for():
    assert released({"FR": counts(10), "DE": counts(9)}) == ({}, "FR")


def test_the_cover_stays_and_nothing_of_it_is_ever_released():
    pending = {"FR": counts(500), "DE": counts(20), "NL": counts(12)}

    assert all(
        released(pending, drawn="FR", number=number) == ({"DE": counts(20), "NL": counts(12)}, "FR")
        for number in range(20)
    )


def test_what_a_cap_turned_away_is_neither_released_nor_the_cover():
    assert released({"(other)": counts(80), "FR": counts(10)}) == ({}, "FR")
    assert released({"(other)": counts(80)}) == ({}, "")
    assert released({"(other)": counts(80), "FR": counts(10)}, drawn="DE").cells == {"FR": counts(10)}


def test_a_cell_that_was_stored_before_is_the_cover_only_where_no_other_has_k():
    stored, pending = {"FR": counts(30)}, {"FR": counts(15), "DE": counts(12)}

    # A power cut has taken the cover that there was.
    assert released(pending, stored) == ({"FR": counts(15)}, "DE")
    assert released({"FR": counts(15), "DE": counts(2)}, stored) == ({}, "FR")


def test_a_stored_cell_counts_with_what_is_stored_of_it():
    assert released({"FR": counts(0, 1)}, {"FR": counts(30)}).cover == "FR"


def test_covers_of_pages_are_drawn_by_views():
    pending = {"/": counts(12, 12, 4_000), "/a": counts(12, 12, 20)}
    drawn = Counter(released(pending, number=number, dimension=PAGE).cover for number in range(300))

    assert drawn["/a"] > 290
