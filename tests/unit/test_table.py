"""The table of an export as CSV."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_service.domain.counting.dimensions import MEASURES
from consent_service.domain.figures import csv_table
from consent_service.domain.figures.csv_table import COLUMNS, TableError, as_it_was, inert

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20) | st.from_regex(r"'*[=+\-@\t\r][^\n]{0,5}", fullmatch=True)
COUNTS = st.none() | st.integers(0, 10**18 - 1)
MARKS = st.sampled_from(["", "visits>=", "visits? visitors>=", "visitors>= visitors+"])


def row(value, label="", marks="", **counts):
    place = {"site": "k3f9", "period": "2026-10", "dimension": "page", "value": value, "label": label}
    return {**place, **dict.fromkeys(MEASURES), **counts, "marks": marks}


@given(TEXTS)
def test_any_text_is_inert_and_comes_back_as_it_was(text):
    assert not inert(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert as_it_was(inert(text)) == text


@given(st.lists(st.builds(row, TEXTS, TEXTS, MARKS, views=COUNTS, engaged_visits=COUNTS), max_size=5))
def test_any_rows_are_read_back_as_they_were(rows):
    assert csv_table.read(csv_table.written(COLUMNS, rows)) == rows


@given(TEXTS)
def test_any_text_stays_one_field_for_other_programs(text):
    content = csv_table.written(COLUMNS, [row(text)]).decode()
    assert list(csv.reader(io.StringIO(content, newline="")))[1][3] == inert(text)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'=1+1", "''=1+1"])
def test_what_a_spreadsheet_would_take_for_a_formula_gets_an_apostrophe(text):
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("text", ["/", "'quoted'", "' =1", "a=b", "(other)", "<10", ""])
def test_everything_else_is_left_alone(text):
    assert inert(text) == text == as_it_was(text)


def test_lines_end_in_a_line_feed_alone():
    assert b"\r" not in csv_table.written(COLUMNS, [row("/a"), row("/b")])


def test_the_lines_that_are_refused_below_differ_from_one_that_is_read():
    assert csv_table.read(csv_table.written(COLUMNS, []) + b"k,2026-10,page,/,/,7,,,,,\n")[0]["views"] == 7


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,b\n",
        b"\xff",
        csv_table.written(COLUMNS, []) + b"page\n",
        csv_table.written(COLUMNS, []) + b"k,2026-10,page,/,/,007,,,,,\n",
        csv_table.written(COLUMNS, []) + b"k,2026-10,page,/,/,1,,,,,",
        csv_table.written(COLUMNS, []) + b"k,2026-10,page,=1+1,/,1,,,,,\n",
        csv_table.written(COLUMNS, []) + b'k,2026-10,page,"/",/,1,,,,,\n',
        csv_table.written(COLUMNS, []) + b"k,2026-10,page,/,/,<10,,,,,\n",
        csv_table.written(COLUMNS, []) + b"k,2026-10,page,/,/,>=10,,,,,\n",
        csv_table.written(COLUMNS, []) + b"k,2026-10,page,/,/,-1,,,,,\n",
        csv_table.written(COLUMNS, []) + b"k,2026-10,page,/,/,1.5,,,,,\n",
        csv_table.written(COLUMNS, []).replace(b"\n", b"\r\n"),
    ],
)
def test_what_the_service_would_not_write_is_not_read(content):
    with pytest.raises(TableError):
        csv_table.read(content)
