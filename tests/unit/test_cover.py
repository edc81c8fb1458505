"""The cover of a breakdown: how it is drawn, and what is published of it."""

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_service.domain.counting.counts import VIEWS, VISITORS, VISITS, minus
from consent_service.domain.counting.dimensions import DIMENSIONS
from consent_service.domain.disclosure import cover
from consent_service.security import tokens

K = 10
COUNTRY, PAGE = DIMENSIONS["country"], DIMENSIONS["page"]


def draw(number=0, dimension="country"):
    """The real draws of one of many periods."""
    return tokens.draw("k" * 32, "site", f"period {number}", dimension)


def withholding(visitors=0, visits=0, views=0):
    """Draws that withhold so much."""
    numbers = {"visitors": visitors, "visits": visits, "views": views}

    def drawn(label):
        name, number = label.split()
        return b"\xff" * 8 if int(number) == numbers[name] else b"\0" * 8

    return drawn


def counts(visitors, visits=None, views=None):
    visits = visitors if visits is None else visits
    return [visits if views is None else views, visits, visitors, 0, 0]


def test_the_same_period_draws_the_same_cover_however_its_cells_are_ordered():
    sizes = {"FR": 40, "DE": 30, "NL": 12, "BE": 90}

    for number in range(50):
        orders = itertools.permutations(sizes.items())
        assert len({cover.draw_cover(dict(order), K, draw(number)) for order in orders}) == 1


def test_another_period_or_breakdown_draws_another():
    sizes = dict.fromkeys("abcdefgh", 20)

    assert len({cover.draw_cover(sizes, K, draw(number)) for number in range(50)}) > 4
    assert len({cover.draw_cover(sizes, K, draw(dimension=name)) for name in DIMENSIONS}) > 4


@pytest.mark.parametrize(
    ("size", "weight"),
    [(10, 1), (15, 6), (20, 11), (39, 11), (40, 11), (80, 11 / 4), (400, 11 / 100)],
)
def test_a_cell_is_most_likely_drawn_between_two_and_four_k(size, weight):
    assert cover.weight(size, K) == pytest.approx(weight * cover.weight(10, K), rel=1e-5)


def test_no_cell_is_so_large_that_it_is_never_drawn():
    assert cover.weight(10**12, K) == 1


def test_covers_are_drawn_by_their_weights():
    sizes = {"small": 10, "middle": 30, "large": 80}
    drawn = Counter(cover.draw_cover(sizes, K, draw(number)) for number in range(4_000))

    for value, size in sizes.items():
        expected = 4_000 * cover.weight(size, K) / sum(cover.weight(other, K) for other in sizes.values())
        assert drawn[value] == pytest.approx(expected, abs=4.5 * expected**0.5)


def test_what_is_withheld_is_geometric():
    withheld = Counter(cover.withheld(draw(number), "visitors") for number in range(6_000))

    for number in range(8):
        expected = 6_000 / 3 * (2 / 3) ** number
        assert withheld[number] == pytest.approx(expected, abs=4.5 * expected**0.5)


def test_what_is_withheld_of_each_count_is_drawn_by_itself():
    withheld = {tuple(cover.withheld(draw(number), label) for label in ("visitors", "visits")) for number in range(99)}

    assert any(visitors > visits for visitors, visits in withheld)
    assert any(visitors < visits for visitors, visits in withheld)


def part(dimension, held, rest, drawn):
    return cover.published_part(dimension, held, rest, K, drawn)


def test_of_the_cover_is_published_what_the_rest_can_spare():
    assert part(COUNTRY, counts(40), counts(43), withholding()) == counts(33)
    assert part(COUNTRY, counts(40), counts(58), withholding()) == counts(40)


def test_something_is_withheld_though_the_rest_could_spare_it():
    assert part(COUNTRY, counts(40), counts(58), withholding(visitors=3)) == counts(37)
    assert part(COUNTRY, counts(40, 55), counts(58, 90), withholding(visits=4)) == counts(40, 51)


def test_a_part_below_k_is_not_published():
    assert part(COUNTRY, counts(19), counts(19), withholding()) is None
    assert part(COUNTRY, counts(12), counts(30), withholding(visitors=3)) is None
    assert part(COUNTRY, counts(12), counts(30), withholding(visitors=2)) == counts(10)


def test_where_a_visit_touches_several_values_the_rest_is_measured_in_views():
    held, rest = counts(40, 50, 90), counts(43, 53, 95)

    assert part(PAGE, held, rest, withholding()) == counts(40, 50, 85)
    assert part(PAGE, held, rest, withholding(views=7)) == counts(40, 50, 83)
    assert part(PAGE, counts(40), counts(40), withholding()) == counts(30)


COUNTS = st.tuples(*[st.integers(0, 60)] * 3).map(lambda steps: counts(*itertools.accumulate(steps)))


@given(st.sampled_from([COUNTRY, PAGE]), COUNTS, COUNTS, st.integers(0, 99))
def test_the_part_and_what_is_left_are_possible_and_have_k(dimension, held, small, number):
    if held[VISITORS] < K:
        return
    if not dimension.many:
        held, small = counts(*held[2:0:-1]), counts(*small[2:0:-1])
    rest = [a + b for a, b in zip(held, small, strict=True)]
    published = part(dimension, held, rest, draw(number))
    if published is None:
        return
    left = minus(rest, published)

    assert K <= published[VISITORS] <= published[VISITS] <= published[VIEWS]
    assert min(left) >= 0
    assert min(minus(held, published)) >= 0
    assert left[dimension.size] >= K
    if not dimension.many:
        assert K <= left[VISITORS] <= left[VISITS]
