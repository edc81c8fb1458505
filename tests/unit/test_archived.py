"""What is made of an archive shows what the original shows, whatever is hidden in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_service.domain.counting.dimensions import DIMENSIONS, OTHER
from consent_service.domain.disclosure.shown import numbers_of, part_of, part_of_sums, show_closed
from consent_service.domain.figures import csv_table
from consent_service.domain.figures.archived import ArchiveError, cells_of
from consent_service.domain.figures.csv_table import COLUMNS
from consent_service.domain.figures.monthly import rows_of

K = 10


def shown(cells, made=part_of):
    return {name: show_closed(DIMENSIONS[name], made(DIMENSIONS[name], found, K)) for name, found in cells.items()}


def is_sum(_):
    return True


def is_no_sum(_):
    return False


@st.composite
def counts(draw):
    """Of a cell that may be stored: visits ≥ visitors ≥ k, and the others within the visits."""
    visitors = draw(st.integers(K, 40))
    visits = visitors + draw(st.integers(0, 10))
    few = st.integers(0, visits)
    return [visits + draw(st.integers(0, 20)), visits, visitors, draw(few), draw(few), draw(st.integers(0, 5_000))]


VALUES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8) | st.just(OTHER)
CELLS = st.fixed_dictionaries(
    {
        "page": st.dictionaries(VALUES, counts(), max_size=6),
        "referrer": st.dictionaries(VALUES, counts(), max_size=3),
        "site": st.dictionaries(st.just(""), counts(), max_size=1),
    }
)


def through_a_file(breakdowns):
    return csv_table.read(csv_table.written(COLUMNS, rows_of(breakdowns)))


@given(CELLS)
def test_a_period_shows_the_same_after_an_export_and_an_import(cells):
    before = shown(cells)
    after = shown(cells_of(through_a_file(before), K, is_no_sum))
    assert {name: found for name, found in before.items() if found} == after


@given(CELLS)
def test_a_month_of_days_added_up_does_too(cells):
    sums = {name: numbers_of(found) for name, found in shown({"page": cells["page"]}).items()}
    before = shown(sums, part_of_sums)
    after = shown(cells_of(through_a_file(before), K, is_sum), part_of_sums)
    assert {name: found for name, found in before.items() if found} == after


@given(CELLS, CELLS)
def test_periods_that_were_imported_add_up_to_the_same(first, second):
    def added(*months):
        return show_closed(DIMENSIONS["page"], *(part_of(DIMENSIONS["page"], one.get("page", {}), K) for one in months))

    imported = [cells_of(through_a_file(shown(one)), K, is_no_sum) for one in (first, second)]
    assert added(*imported) == added(first, second)


def test_a_hidden_count_is_not_in_what_is_imported():
    cells = {"page": {"/a": [50, 50, 50, 36, 0, 0], "/b": [20, 20, 20, 4, 0, 0], "/c": [30, 30, 30, 20, 0, 0]}}
    imported = cells_of(through_a_file(shown(cells)), K, is_no_sum)
    assert imported["page"]["/b"] == [20, 20, 20, -1, 0, 0]


def test_an_acceptance_is_its_own_support():
    rows = through_a_file(shown({"consent": {"9a03": [50, 50, 50, 0, 0, 0]}}))
    assert cells_of(rows, K, is_no_sum) == {"consent": {"9a03": [0, 50, 50, 0, 0, 0]}}


def test_engaged_seconds_get_a_cell_of_their_own_again():
    totals = shown({"site": {"": [90, 60, 50, 0, 20, 0]}})["site"][""]
    seconds = shown({"engagement": {"": [0, 44, 41, 0, 0, 900]}})["engagement"][""]
    rows = through_a_file({"site": {"": {**totals, **seconds, "visits": totals["visits"]}}})
    assert cells_of(rows, K, is_no_sum)["engagement"] == {"": [0, K, K, 0, 0, 900]}


def test_a_dimension_that_there_is_not_is_refused():
    rows = [{**dict.fromkeys(COLUMNS), "dimension": "shoe size", "value": "43"}]
    with pytest.raises(ArchiveError, match="shoe size"):
        cells_of(rows, K, is_no_sum)
