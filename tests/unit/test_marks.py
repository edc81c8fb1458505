"""Marks as texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_service.domain.counting.dimensions import MEASURES
from consent_service.domain.disclosure import marks
from consent_service.domain.disclosure.marks import HIDDEN, LEAST, SUM, BadMarks

MARKS = st.dictionaries(
    st.sampled_from(MEASURES), st.sampled_from([frozenset({LEAST}), frozenset({HIDDEN})]), max_size=5
)


def test_a_count_without_a_mark_is_exact():
    assert marks.written({}) == ""
    assert marks.read("") == {}


def test_marks_are_in_the_order_of_the_columns():
    assert marks.written({"visitors": (SUM, LEAST), "views": (), "visits": (HIDDEN,)}) == "visits? visitors>= visitors+"
    assert marks.least("visitors", "visits") == "visits>= visitors>="


@given(MARKS, st.booleans())
def test_what_is_written_is_read(marked, summed):
    if summed and HIDDEN not in marked.get("visitors", ()):
        marked = {**marked, "visitors": marked.get("visitors", frozenset()) | {SUM}}

    assert marks.read(marks.written(marked)) == marked


@pytest.mark.parametrize(
    "text",
    [
        "visits",
        ">=",
        "visits=",
        "visits>= ",
        " visits>=",
        "visits>=  visitors>=",
        "visit>=",
        "Visits>=",
        "visits>=>=",
        "visits>=?",
        "visitors>= visits>=",  # another order
        "visitors+ visitors>=",
        "visits>= visits>=",
        "visits>= visits?",  # hidden and bounded at once
        "visitors+ visitors?",
        "visits+",  # only visitors count twice
    ],
)
def test_another_text_is_refused(text):
    with pytest.raises(BadMarks):
        marks.read(text)
