from hypothesis import given
from hypothesis import strategies as st

from consent_service.domain.counting.counts import VIEWS, VISITORS, VISITS
from consent_service.domain.counting.dimensions import DIMENSIONS, OTHER
from consent_service.domain.disclosure.folding import close_breakdown
from consent_service.domain.disclosure.rounding import in_steps

K = 10


def counts(visitors, visits=None, views=None):
    visits = visitors if visits is None else visits
    return [visits if views is None else views, visits, visitors, 0, 0, 0]


def draw(value):
    return value.encode()


def close(name, cells, shown=None, k=K, total=None):
    return close_breakdown(DIMENSIONS[name], cells, shown or {}, k, draw, total)


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


def test_where_a_visit_touches_several_values_other_needs_a_large_one_and_tells_no_more_than_k_visitors():
    cells = {"/": counts(40), "/a": counts(12, 14, 15), "/b": counts(4, 5, 6), "/c": counts(3, 3, 3)}

    # /b and /c may be the same visitors: 4 of them, not 7. And 40 would be those of / alone.
    assert close("page", cells) == {OTHER: counts(10, 48, 49), "/a": counts(12, 14, 15)}


def test_where_a_visit_touches_several_values_other_has_no_more_visits_than_the_total():
    cells = {"/": counts(40), "/a": counts(12), "/b": counts(9)}

    # 49 would be the most that / and /b together can reach, and so tell the 9.
    assert close("page", cells, total=counts(40)) == {OTHER: counts(10, 40, 49), "/a": counts(12)}


def test_where_the_large_ones_can_hardly_grow_more_of_them_are_folded_in():
    cells = {"/": counts(21), "/a": counts(12), "/b": counts(9)}

    # The k that / and /b have beyond the 20 that were stored of / would have to be nine of /b.
    assert close("page", cells, {"/": counts(20)}, total=counts(21)) == {OTHER: counts(10, 21, 42)}


def test_a_breakdown_to_which_one_visit_came_since_the_last_release_is_not_published():
    stored = {"FR": counts(30), "DE": counts(12)}

    assert close("country", {"FR": counts(30), "DE": counts(13)}, stored) == {}
    assert close("country", {"FR": counts(30), "DE": counts(12), "NL": counts(1)}, stored) == {}
    assert close("country", {"FR": counts(30), "DE": counts(14)}, stored) == {"FR": counts(30), "DE": counts(14)}


MANY_CELLS = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d", "e", OTHER]),
    st.tuples(st.integers(1, 40), st.integers(0, 5), st.integers(0, 5)),
    max_size=6,
)


@given(MANY_CELLS, st.sampled_from(["country", "page"]), st.integers(5, 15), st.data())
def test_nothing_below_k_comes_out_and_nothing_is_lost(drawn, name, k, data):
    cells = {value: counts(v, v + more, v + more + most) for value, (v, more, most) in drawn.items()}
    shown = {
        value: [in_steps(n, k) for n in row]
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
