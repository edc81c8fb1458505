import pytest

from consent_service.domain.counting.dimensions import DIMENSIONS
from consent_service.domain.disclosure import suppression

K = 10


def counts(visitors, visits=None, views=None):
    visits = visitors if visits is None else visits
    return [visits if views is None else views, visits, visitors, 0, 0, 0]


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
    assert suppression.may_release(pending, stored, K) is may


def pages(**entries):
    return {f"/{name}": [90, 80, 40, number, 0, 0] for name, number in entries.items()}


@pytest.mark.parametrize(
    ("entries", "hidden"),
    [
        ({"a": 35, "b": 12, "c": 3}, {"/c", "/b"}),  # one alone would be the site's visits less the others
        ({"a": 28, "b": 11, "c": 1, "d": 1}, {"/d", "/c", "/b"}),  # two, whose sum would be known, and is small
        ({"a": 28, "b": 6, "c": 5}, {"/a", "/b", "/c"}),  # else both were known where their sum is 18
        ({"a": 40, "b": 12, "c": 12, "d": 3}, {"/d", "/b", "/c"}),  # nor may the order of names tell
        ({"a": 28, "b": 11}, set()),
        ({"a": 28, "b": 0}, {"/a", "/b"}),
        ({"a": 40}, set()),
    ],
)
def test_entries_below_k_take_others_with_them_until_their_sum_tells_nothing(entries, hidden):
    assert suppression.hidden_singles(DIMENSIONS["page"], pages(**entries), K) == {(page, "entries") for page in hidden}


def test_entries_of_other_are_never_shown():
    cells = {"/a": [90, 80, 40, 35, 0, 0], "/b": [90, 80, 40, 20, 0, 0], "(other)": [90, 80, 40, 25, 0, 0]}

    assert suppression.hidden_singles(DIMENSIONS["page"], cells, K) == {("(other)", "entries"), ("/b", "entries")}


@pytest.mark.parametrize(("engaged", "is_hidden"), [(3, True), (40, False), (75, True)])
def test_engaged_visits_are_hidden_where_they_or_the_others_are_few(engaged, is_hidden):
    cells = {"": [90, 80, 40, 0, engaged, 0]}

    assert bool(suppression.hidden_singles(DIMENSIONS["site"], cells, K)) is is_hidden
