import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_service.domain import suppression
from consent_service.domain.counting import VIEWS, VISITORS, VISITS
from consent_service.domain.dimensions import DIMENSIONS, OTHER

K = 10


def counts(visitors, visits=None, views=None):
    visits = visitors if visits is None else visits
    return [visits if views is None else views, visits, visitors, 0, 0, 0]


def draw(value):
    return value.encode()


def close(name, cells, shown=None, k=K):
    return suppression.close_breakdown(DIMENSIONS[name], cells, shown or {}, k, draw)


def test_cells_that_reach_k_are_published_as_they_are():
    cells = {"FR": counts(10), "DE": counts(12)}

    assert close("country", cells) == cells


def test_small_cells_are_folded_together_once_they_reach_k():
    cells = {"FR": counts(30), "DE": counts(6), "NL": counts(5)}

    assert close("country", cells) == {"FR": counts(30), OTHER: counts(11)}


def test_a_shown_cell_is_folded_in_where_the_small_ones_do_not_reach_k():
    cells = {"BE": counts(20), "FR": counts(30), "NL": counts(3)}

    assert close("country", cells) == {"FR": counts(30), OTHER: counts(23)}


def test_one_small_cell_alone_is_never_the_whole_of_other():
    cells = {"BE": counts(20), "FR": counts(30), OTHER: counts(15)}  # the cap turned 15 away

    assert close("country", cells) == {"FR": counts(30), OTHER: counts(35)}


def test_nothing_is_published_where_nothing_is_left_to_fold_in():
    assert close("country", {"FR": counts(9)}) == {}
    assert close("country", {"FR": counts(12), "DE": counts(9)}, {"FR": counts(10), "DE": counts(10)}) == {}


def test_other_exceeds_by_k_what_the_open_period_last_showed_of_its_values():
    cells = {"BE": counts(20), "DE": counts(40), "FR": counts(30), "NL": counts(3)}
    shown = {"BE": counts(20), "DE": counts(30), "FR": counts(30)}

    # BE alone leaves 3 when what was shown is taken away; DE, drawn next, leaves 13.
    assert close("country", cells, shown) == {"FR": counts(30), OTHER: counts(63)}


def test_where_a_visit_touches_several_values_the_support_of_other_is_the_largest_of_them():
    cells = {"/": counts(40), "/a": counts(12, 14, 15), "/b": counts(4, 5, 6), "/c": counts(3, 3, 3)}

    # /b and /c may be the same visitors: 4 of them, not 7.
    assert close("page", cells) == {OTHER: counts(40, 48, 49), "/a": counts(12, 14, 15)}


MANY_CELLS = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d", "e", OTHER]),
    st.tuples(st.integers(1, 40), st.integers(0, 5), st.integers(0, 5)),
    max_size=6,
)


@given(MANY_CELLS, st.sampled_from(["country", "page"]), st.integers(5, 15), st.data())
def test_nothing_below_k_comes_out_and_nothing_is_lost(drawn, name, k, data):
    cells = {value: counts(v, v + more, v + more + most) for value, (v, more, most) in drawn.items()}
    shown = {
        value: [suppression.rounded(n, k) for n in row]
        for value, row in cells.items()
        if value != OTHER and row[VISITORS] >= k and data.draw(st.booleans())
    }
    published = close(name, cells, shown, k)

    assert all(row[VISITORS] >= k for row in published.values())
    assert all(row == cells[value] for value, row in published.items() if value != OTHER)
    if published:
        for measure in (VIEWS, VISITS):
            assert sum(row[measure] for row in published.values()) == sum(row[measure] for row in cells.values())
    if OTHER in published:
        folded = [value for value in cells if value not in published or value == OTHER]
        assert len(folded) >= 2
        rest = published[OTHER][VISITS] - sum(shown.get(value, counts(0))[VISITS] for value in folded)
        assert rest >= k


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
        ({"a": 28, "b": 6, "c": 5}, {"/b", "/c"}),
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
