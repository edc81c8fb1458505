from hypothesis import given
from hypothesis import strategies as st

from consent_service.domain.counting import counts as counting
from consent_service.domain.disclosure import publication

K = 5


def draw_for(_):
    return lambda value: value.encode()


def close(stored, pending):
    return publication.close(stored, pending, K, draw_for)


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

    assert publication.digest_of(rows) == publication.digest_of(list(rows))
    assert publication.digest_of(rows) != publication.digest_of(close({}, {"device": {"phone": [5, 5, 6, 0, 0, 0]}}))


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


def test_what_is_handed_over_names_only_what_is_stored_already():
    stored = {"site": {"": [20, 20, 20, 0, 0, 0]}, "country": {"FR": [20, 20, 20, 0, 0, 0]}}
    pending = {
        "site": {"": [9, 9, 9, 0, 0, 0]},
        "country": {"FR": [3, 3, 3, 0, 0, 0], "DE": [4, 4, 4, 0, 0, 0], "NL": [2, 2, 2, 0, 0, 0]},
        "device": {"phone": [9, 9, 9, 0, 0, 0]},
    }

    assert publication.hand_over(stored, pending) == {
        "+site": {"": [9, 9, 9, 0, 0, 0]},
        "country": {"FR": [3, 3, 3, 0, 0, 0]},
        "+country": {"(named)": [3, 3, 3, 0, 0, 0], "(other)": [6, 6, 6, 0, 0, 0]},
        "+device": {"(other)": [9, 9, 9, 0, 0, 0]},
    }


def handed(stored, theirs):
    """What is stored after another machine has handed over."""
    found = publication.hand_over(stored, theirs)
    return {
        **found,
        **{name: {**cells, **added(cells, found.get(name, {}))} for name, cells in stored.items()},
    }


def added(cells, more):
    return {value: counting.plus(cells[value], counts) for value, counts in more.items()}


def test_what_another_machine_handed_over_is_published_as_if_it_were_pending_here():
    stored = {"country": {"FR": [20, 20, 20, 0, 0, 0], "DE": [12, 12, 12, 0, 0, 0]}}
    theirs = {"country": {"FR": [4, 4, 4, 0, 0, 0], "DE": [1, 1, 1, 0, 0, 0]}}

    assert close(handed(stored, theirs), {}) == close(stored, theirs)
    assert [row.counts[1] for row in close(handed(stored, theirs), {})] == [13, 24]


def test_one_visit_that_another_machine_handed_over_withholds_a_breakdown_as_one_of_this_machine_does():
    stored, visit = {"country": {"FR": [20, 20, 20, 0, 0, 0]}}, {"country": {"FR": [1, 1, 1, 0, 0, 0]}}

    assert close(stored, visit) == close(handed(stored, visit), {}) == []


def test_what_was_handed_over_is_one_value_more_in_other_and_adds_no_support():
    stored = {"+country": {"(other)": [9, 9, 9, 0, 0, 0]}}

    assert close(stored, {"country": {"DE": [4, 4, 4, 0, 0, 0]}}) == []
    assert close(stored, {"country": {"DE": [4, 4, 4, 0, 0, 0], "NL": [2, 2, 2, 0, 0, 0]}}) == [
        ("country", "(other)", [15, 15, 15, 0, 0, 0])
    ]


VISITS = st.lists(st.tuples(st.sampled_from(["FR", "DE", "NL", "BE", "PL"]), st.booleans(), st.booleans()), max_size=90)


@given(VISITS, st.integers(5, 12))
def test_a_breakdown_with_other_adds_up_to_the_total_where_each_visit_falls_into_one_value(visits, k):
    stored, pending = {}, {}
    for country, first, is_stored in visits:
        into = stored if is_stored else pending
        counting.add(into, "site", "", [1, 1, int(first), 0, 0, 0])
        counting.add(into, "country", country, [1, 1, int(first), 0, 0, 0])
    # Only what has reached k is ever stored of a breakdown.
    for country, counts in list(stored.get("country", {}).items()):
        if counts[2] < k:
            counting.add(pending, "country", country, stored["country"].pop(country))
    rows = publication.close(stored, pending, k, draw_for)
    total = [row.counts for row in rows if row.dimension == "site"]
    breakdown = [row.counts for row in rows if row.dimension == "country"]

    assert all(counts[2] >= k for counts in total + breakdown)
    if breakdown:
        assert [sum(column) for column in zip(*breakdown, strict=True)] == total[0]
