"""What is made of an archive shows what the original shows, whatever is marked in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting.dimensions import DIMENSIONS, MEASURES, OTHER
from consent_service.domain.disclosure import marks
from consent_service.domain.disclosure.publication import PublishedRow
from consent_service.domain.disclosure.shown import show_row
from consent_service.domain.figures import csv_table
from consent_service.domain.figures.archived import ArchiveError, published_rows
from consent_service.domain.figures.csv_table import COLUMNS
from consent_service.domain.figures.monthly import rows_of

K = 10
MONTH = Period.parse("2026-10")
ALL_LEAST = ("views", "visits", "visitors")


def shown(rows):
    breakdowns = {}
    for row in rows:
        breakdowns.setdefault(row.dimension, {})[row.value] = show_row(DIMENSIONS[row.dimension], row.counts, row.marks)
    return breakdowns


def exported(rows):
    """What a file of these published rows holds, read back."""
    return csv_table.read(csv_table.written(COLUMNS, rows_of("", MONTH, shown(rows))))


def row_of(name, value, counts, text=""):
    """A published row: what its dimension does not count is 0, and so is what it hides."""
    marked = marks.read(text)
    told = [
        number if measure in DIMENSIONS[name].measures and "?" not in marked.get(measure, ()) else 0
        for measure, number in zip(MEASURES, counts, strict=True)
    ]
    return PublishedRow(name, value, told, text)


@st.composite
def counts(draw):
    """Of a cell that may be stored: visits ≥ visitors ≥ k, and the others within the visits."""
    visitors = draw(st.integers(K, 40))
    visits = visitors + draw(st.integers(0, 10))
    return [visits + draw(st.integers(0, 20)), visits, visitors, draw(st.integers(0, visits)), 0]


VALUES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8) | st.just(OTHER)


def rows_with(name, values, texts):
    cells = st.dictionaries(values, st.tuples(counts(), st.sampled_from(texts)), max_size=5)
    return cells.map(lambda found: [row_of(name, value, *cell) for value, cell in found.items()])


PAGES = rows_with(
    "page",
    VALUES,
    ["", marks.least(*ALL_LEAST), marks.least("visits", "visitors"), "visits? visitors>=", "visitors+"],
)
REFERRERS = rows_with("referrer", VALUES, ["", marks.least("visits", "visitors"), "visits>= visitors>= visitors+"])
TOTALS = rows_with("site", st.just(""), ["", "engaged_visits?"])
ROWS = st.tuples(PAGES, REFERRERS, TOTALS).map(lambda parts: sorted(row for part in parts for row in part))


@given(ROWS)
def test_a_period_is_published_the_same_after_an_export_and_an_import(rows):
    assert published_rows(exported(rows), K, is_sum_of_days=True) == rows


@given(ROWS)
def test_a_period_shows_the_same_after_an_export_and_an_import(rows):
    assert shown(published_rows(exported(rows), K, is_sum_of_days=True)) == shown(rows)


def test_a_hidden_count_is_nothing_in_what_is_imported():
    rows = exported([row_of("site", "", [90, 60, 50, 4, 0], "engaged_visits?")])

    assert published_rows(rows, K, is_sum_of_days=True) == [
        PublishedRow("site", "", [90, 60, 50, 0, 0], "engaged_visits?")
    ]


def test_an_acceptance_is_its_own_support():
    rows = exported([PublishedRow("consent", "9a03", [50, 50, 50, 0, 0])])

    assert published_rows(rows, K, is_sum_of_days=True) == [PublishedRow("consent", "9a03", [0, 50, 50, 0, 0])]


def test_engaged_seconds_get_a_row_of_their_own_again():
    seconds = show_row(DIMENSIONS["engagement"], [44, 44, 41, 0, 900], "")["engaged_seconds"]
    totals = {**show_row(DIMENSIONS["site"], [90, 60, 50, 20, 0], ""), "engaged_seconds": seconds}
    rows = csv_table.read(csv_table.written(COLUMNS, rows_of("", MONTH, {"site": {"": totals}})))

    assert published_rows(rows, K, is_sum_of_days=True) == [
        PublishedRow("engagement", "", [0, K, K, 0, 900]),
        PublishedRow("site", "", [90, 60, 50, 20, 0]),
    ]


def line(name="page", value="/", views=20, visits=20, visitors=20, text="", **further):
    counted = {"views": views, "visits": visits, "visitors": visitors, **further}
    return {**dict.fromkeys(COLUMNS), "dimension": name, "value": value, **counted, "marks": text}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (line("shoe size"), "shoe size"),
        (line(text="visits~"), "no mark"),
        (line(text="entries>="), "no mark"),
        (line(text="visits"), "no mark"),
        (line(text="visitors>= visits>="), "order"),
        (line(text="visits>= visits>="), "order"),
        (line(text="visits>= "), "no mark"),
        (line(text="visits+"), "only visitors"),
        (line(text="visitors+"), "no sum of days"),
        (line(visits=None, text="visits>= visits?"), "hidden and bounded"),
        (line(text="visits?"), "contradict its visits"),
        (line(visits=None), "contradict its visits"),
        (line(visits=None, text="visits>="), "contradict its visits"),
        (line(views=None, text="visits>="), "contradict its views"),
        (line(text="engaged_visits>="), "does not count"),
        (line("referrer", "a.example", None, text="views>="), "does not count"),
        (line(visitors=None, text="visitors?"), "fewer visitors"),
        (line(visitors=K - 1), "fewer visitors"),
        (line("consent", "9a03", None, K - 1, None), "fewer visitors"),
    ],
)
def test_a_row_whose_marks_are_unknown_or_contradict_its_numbers_is_refused(row, said):
    with pytest.raises(ArchiveError, match=said):
        published_rows([row], K, is_sum_of_days=False)


@pytest.mark.parametrize("row", [line("country", "NA", None, text="visitors+"), line("site", "", text="visitors+")])
def test_visitors_of_what_is_counted_by_month_alone_are_added_up_nowhere(row):
    with pytest.raises(ArchiveError, match="no sum of days"):
        published_rows([row], K, is_sum_of_days=True)


def test_engaged_seconds_that_are_a_lower_bound_come_back_as_one():
    rows = [
        PublishedRow("engagement", "", [0, K, K, 0, 900], "engaged_seconds>="),
        PublishedRow("site", "", [90, 60, 50, 20, 0], "views>= visits>= visitors>= engaged_visits>="),
    ]
    merged = {"": {**shown(rows)["site"][""], "engaged_seconds": shown(rows)["engagement"][""]["engaged_seconds"]}}
    file = csv_table.read(csv_table.written(COLUMNS, rows_of("", MONTH, {"site": merged})))

    assert published_rows(file, K, is_sum_of_days=False) == rows
