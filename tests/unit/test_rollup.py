from hypothesis import given
from hypothesis import strategies as st

from consent_service.domain import counting, rollup

K = 5


def draw_for(_):
    return lambda value: value.encode()


def close(stored, pending):
    return rollup.close(stored, pending, K, draw_for)


def test_stored_and_pending_counts_are_closed_together():
    stored = {"site": {"": [12, 12, 12, 0, 0, 0]}}
    pending = {"site": {"": [3, 2, 1, 0, 1, 0]}}

    assert close(stored, pending) == [("site", "", [15, 14, 13, 0, 1, 0])]


def test_a_total_below_k_is_not_published():
    assert close({}, {"site": {"": [9, 9, 4, 0, 0, 0]}}) == []


def test_rows_come_in_the_order_of_dimension_and_value():
    cells = {"page": {"/b": [5, 5, 5, 0, 0, 0], "/a": [5, 5, 5, 0, 0, 0]}, "device": {"phone": [5, 5, 5, 0, 0, 0]}}

    assert [row[:2] for row in close({}, cells)] == [("device", "phone"), ("page", "/a"), ("page", "/b")]


def test_the_digest_tells_apart_what_differs_and_nothing_else():
    rows = close({}, {"device": {"phone": [5, 5, 5, 0, 0, 0]}})

    assert rollup.digest_of(rows) == rollup.digest_of(list(rows))
    assert rollup.digest_of(rows) != rollup.digest_of(close({}, {"device": {"phone": [5, 5, 6, 0, 0, 0]}}))


@given(st.lists(st.tuples(st.sampled_from(["FR", "DE", "NL", "BE"]), st.booleans()), max_size=60))
def test_how_counts_are_split_into_batches_changes_nothing_where_nothing_was_shown(visits):
    def closed(batches):
        pending = {}
        for batch in batches:
            for country, first in batch:
                counting.add(pending, "country", country, [1, 1, int(first), 0, 0, 0])
        return close({}, pending)

    assert closed([visits]) == closed([visits[i : i + 7] for i in range(0, len(visits), 7)]) == closed([visits[::-1]])


def test_other_hides_the_small_ones_from_someone_with_an_older_copy_of_the_database():
    stored = {"referrer": {"a.example": [34, 34, 34, 0, 0, 0], "b.example": [36, 36, 36, 0, 0, 0]}}
    pending = {"referrer": {"c.example": [4, 4, 4, 0, 0, 0]}}

    # a.example and c.example alone: 38 less the 34 of the older copy would leave the 4.
    assert close(stored, pending) == []
