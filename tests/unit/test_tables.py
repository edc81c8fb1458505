"""Tables as one test: what a test of tests has to hold."""

import pytest

from tests.tables import every


def test_every_row_is_tried_and_all_that_fail_are_listed():
    tried = []

    @every(("number", "square"), [(1, 1), (2, 5), (3, 9), (4, 15)])
    def check(number, square, seen):
        seen.append(number)
        assert number**2 == square

    with pytest.raises(AssertionError, match=r"'number': 2(?s:.)*'number': 4") as failed:
        check(seen=tried)
    assert tried == [1, 2, 3, 4]
    assert "'number': 3" not in str(failed.value)


def test_a_row_that_raises_nothing_or_something_else_is_one_that_fails():
    @every("text", ["1", "2", "x", None])
    def check(text):
        with pytest.raises(ValueError, match="invalid literal"):
            int(text)

    with pytest.raises(AssertionError) as failed:
        check()
    assert str(failed.value).count("DID NOT RAISE") == 2
    assert "TypeError" in str(failed.value)
    assert "'x'" not in str(failed.value)


def test_a_table_without_rows_fails():
    @every("row", [])
    def check(row):
        pass

    with pytest.raises(AssertionError):
        check()
