"""Promise 8: no breakdown cell that is hidden can be worked out by someone who sees every published number.

Who sees every published number of a site (all breakdowns, all four kinds of totals, open periods at any moments,
closes, every older copy of the database), and knows the rules, the relations between dimensions, and which links and
pages exist, can work out no hidden cell.

What this does not cover: a day's total that is hidden, which can be taken off its week or month; copies of a shared
database taken between a period's end and its close, where several machines hand over; that somebody was there, where
bounds from several breakdowns say so; and the visitor who comes alone among forged ones.

Small cases are tried one and all, with the rules that look as good and are not; then the sentence on which it rests
is tried on histories of any kind, and whole sites with their relations are given to a solver.
"""

from __future__ import annotations

from itertools import product
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from consent_service.domain.counting.counts import VISITORS, VISITS
from consent_service.domain.counting.dimensions import DIMENSIONS, OTHER
from consent_service.domain.disclosure import publication
from consent_service.domain.disclosure.publication import NOTHING
from tests.privacy.attacker import Enumeration, page_tables, tables
from tests.privacy.entered import Drawn, close, without
from tests.privacy.entered import same_draws as same_draws_of_entries
from tests.privacy.moved import Draws, Visit, moved, play, same_draws
from tests.privacy.planted import PLANTED, entries_regardless_of_pages, iceland_may_be_the_cover
from tests.privacy.sites import observe, random_site

COUNTRY, PAGE = DIMENSIONS["country"], DIMENSIONS["page"]

K = 3
"""Far below the least that a site may have, so that all tables can be tried: the rules do not know the difference."""


def steps_of(number, most, least=K):
    """How many visits may come in each of so many steps."""
    return [
        steps for steps in product(range(most + 1), repeat=number) if least <= sum(steps) <= most and all(steps[:-1])
    ]


SMALLEST_FAILURES = [
    ("drawn_at_each_release", (6, 4, 0)),  # c has 3, then b and c, then b and more of c: a has 1
    ("drawn_at_each_release", (8, 1)),  # c has 3, then a has 3 and c more: b has 2
    ("folded_only_if_something_is_small", (7,)),  # a has 3 exactly: b and c have 1 and 3
    ("stored_later", (3, 3, 0)),
    ("nothing_withheld", (6,)),
    ("no_cover", (5,)),
    ("waiting_for_a_second", (7, 1)),
    ("fixed_beforehand", (7,)),
]


@pytest.mark.parametrize(("plant", "steps"), SMALLEST_FAILURES)
def test_where_other_rules_fail_first_nothing_is_found(plant, steps, monkeypatch):
    came = [[tables(visits, 3)] for visits in steps]
    assert Enumeration(COUNTRY, 3, K).guesses(*came) == []

    PLANTED[plant](monkeypatch)
    assert Enumeration(COUNTRY, 3, K).guesses(*came) != []


def test_every_rule_that_is_planted_fails_somewhere():
    assert PLANTED.keys() == {plant for plant, _ in SMALLEST_FAILURES}


@pytest.mark.parametrize(
    ("threshold", "names", "releases", "most", "most_if_long"),
    [(3, 3, 0, 12, 30), (3, 3, 1, 10, 18), (3, 3, 2, 8, 13), (3, 3, 3, 7, 10), (3, 4, 1, 7, 12), (4, 3, 1, 10, 18)],
)
def test_known_values_of_which_each_visit_has_one(threshold, names, releases, most, most_if_long, is_long):
    enumeration = Enumeration(COUNTRY, names, threshold)

    for steps in steps_of(releases + 1, most_if_long if is_long else most):
        assert enumeration.guesses(*([tables(visits, names)] for visits in steps)) == []


RETURNING = [
    [(11, 9)],
    [(7, 5), (3, 2)],
    [(8, 4), (2, 0)],
    [(6, 4), (2, 1), (2, 1)],
    [(3, 3), (5, 0), (2, 2)],
]
"""Visits and visitors of each step."""


@pytest.mark.parametrize("steps", RETURNING)
def test_visitors_who_come_again(steps):
    came = [[tables(visits, 3, visitors)] for visits, visitors in steps]

    assert Enumeration(COUNTRY, 3, K).guesses(*came) == []


PAGES = [
    [(7, 5, 4)],
    [(6, 6, 5)],
    [(4, 3, 3), (3, 2, 1)],
    [(5, 4, 4), (2, 1, 1)],
]
"""Views, visits and visitors of each step."""


@pytest.mark.parametrize("steps", PAGES)
def test_pages_of_which_a_visit_sees_several(steps):
    came = [[page_tables(*step, 3)] for step in steps]

    assert Enumeration(PAGE, 3, K).guesses(*came) == []


def test_two_pages_that_are_all_there_are(is_long):
    enumeration = Enumeration(PAGE, 2, K)

    for step, last in [((7, 4, 3), (3, 2, 1)), ((5, 4, 4), (2, 1, 1)), *([((9, 5, 4), (4, 2, 1))] if is_long else [])]:
        assert enumeration.guesses([page_tables(*step, 2)], [page_tables(*last, 2)]) == []


MACHINES = [
    (6, 6, 0, 0),
    (4, 4, 1, 2),
    (5, 4, 1, 1),
    (3, 6, 2, 1),
    (7, 0, 0, 3),
    (0, 7, 3, 0),
    (6, 0, 0, 2),
    (0, 6, 2, 0),
    (0, 0, 5, 5),
]
"""Visits of two machines before a release and after it. The first hands over, the second closes."""


@pytest.mark.parametrize("visits", MACHINES)
def test_three_values_that_two_machines_have_counted(visits):
    first, second, first_then, second_then = (tables(number, 3) for number in visits)

    assert Enumeration(COUNTRY, 3, K, machines=2).guesses([first, second], [first_then, second_then]) == []


@pytest.mark.long
def test_whatever_two_machines_have_counted():
    enumeration = Enumeration(COUNTRY, 3, K, machines=2)

    for visits in product(range(6), range(6), range(3), range(3)):
        first, second, *then = (tables(number, 3) for number in visits)
        assert enumeration.guesses([first, second], then) == []


def test_pages_that_two_machines_have_counted():
    first, second = page_tables(3, 3, 3, 2), page_tables(4, 3, 3, 2)

    assert Enumeration(PAGE, 2, K, machines=2).guesses([first, second], [page_tables(2, 1, 1, 2)] * 2) == []


VALUES = st.sampled_from(["a", "b", "c", "d", "e", "f"])
STEP = st.lists(
    st.builds(
        Visit, st.integers(0, 1), st.integers(0, 3).map(bool), st.lists(VALUES, min_size=1, max_size=3).map(tuple)
    ),
    max_size=25,
)
DRAWS = st.builds(
    Draws,
    st.fixed_dictionaries({0: VALUES, 1: VALUES}),
    st.fixed_dictionaries({label: st.integers(0, 8) for label in ("visitors", "visits", "views")}),
)


def suited(dimension, history, machines):
    """A history on so many machines, and with one value for each visit where it can have no more."""
    most = None if dimension.many else 1
    return [
        [visit._replace(machine=min(visit.machine, machines - 1), views=visit.views[:most]) for visit in step]
        for step in history
    ]


def seen_alike(dimension, history, machines, threshold, draws):
    """Play a history, move what is small to the cover, and compare what is seen."""
    history = suited(dimension, history, machines)
    played = play(dimension, history, machines, threshold, draws)
    if machines - 1 not in played.covers:
        return
    then = moved(history, played, threshold)
    after = play(dimension, then, machines, threshold, draws._replace(covers=played.covers))
    after = play(dimension, then, machines, threshold, same_draws(played, after, machines))

    assert all(counts[VISITORS] >= threshold for counts in after.truth.values())
    assert after.sight == played.sight


@settings(max_examples=40)
@given(st.lists(STEP, min_size=1, max_size=4), st.integers(3, 6), DRAWS)
@pytest.mark.parametrize("dimension", [COUNTRY, PAGE, DIMENSIONS["event"]], ids=lambda one: one.name)
def test_with_all_small_visits_moved_to_the_cover_the_same_can_be_seen(dimension, history, threshold, draws):
    seen_alike(dimension, history, 1, threshold, draws)


@settings(max_examples=40)
@given(st.lists(STEP, min_size=1, max_size=3), st.integers(3, 6), DRAWS)
@pytest.mark.parametrize("dimension", [COUNTRY, PAGE], ids=lambda one: one.name)
def test_on_two_machines_each_moves_them_to_its_own_cover(dimension, history, threshold, draws):
    seen_alike(dimension, history, 2, threshold, draws)


ALONE = [[Visit(0, True, ("a",))] * 12]
"""A cover of which all would be published, were it not for the rest."""


@settings(max_examples=60)
@example(ALONE, 5, Draws({0: "a"}, {"visitors": 0, "visits": 0, "views": 0}), 1)
@given(st.lists(STEP, min_size=1, max_size=3), st.integers(3, 6), DRAWS, st.integers(1, 2))
@pytest.mark.parametrize("dimension", [COUNTRY, PAGE], ids=lambda one: one.name)
def test_the_rest_is_always_told_and_has_k(dimension, history, threshold, draws, machines):
    history = suited(dimension, history, machines)
    played = play(dimension, history, machines, threshold, draws)
    rows = {row.value: row for row in played.rows}

    assert all(row.counts[VISITORS] >= threshold for row in rows.values())
    if played.held[VISITORS] >= threshold:
        assert rows[OTHER].counts[dimension.size] >= threshold
    if dimension.many and OTHER in rows:
        exact = {value for value, row in rows.items() if not row.marks}
        first = [visit for step in history for visit in step if visit.is_first and not exact.issuperset(visit.views)]
        assert rows[OTHER].counts[VISITORS] <= len(first)
        assert rows[OTHER].marks == "visits? visitors>="
        assert rows[OTHER].counts[VISITS] == 0


def test_after_a_power_cut_a_stored_cover_supports_no_other_pages():
    """One visitor has seen what came since; the fifty of the cover are published with it."""
    stored, since = (
        {"page": {"/": [50, 50, 50, 0, 0]}},
        {"page": {"/a": [12, 1, 1, 0, 0]}, "site": {"": [62, 51, 51, 1, 0]}},
    )
    rows = publication.close(stored, since, {"page": "/"}, 10, lambda _: lambda _: b"\xff" * 8)

    assert {row.value for row in rows if row.dimension == "page"} == {"/"}


SOME_VISITS = [Visit(0, True, (value,)) for value in "aaaaabbbbbbbbbbccccdef"]


@pytest.mark.parametrize("plant", ["stored_later", "nothing_withheld"])
def test_of_other_rules_the_sentence_is_false(plant, monkeypatch):
    draws = Draws({0: "b"}, {"visitors": 1, "visits": 0, "views": 0})
    history = [SOME_VISITS, SOME_VISITS, SOME_VISITS[5:]]
    seen_alike(COUNTRY, history, 1, 5, draws)

    PLANTED[plant](monkeypatch)
    with pytest.raises(AssertionError):
        seen_alike(COUNTRY, history, 1, 5, draws)


def some_pages(steps):
    """Pages and their entries, of numbers of which each is added to the one before."""
    pages, entries = {}, {}
    for name, (first, again, seen, seen_again) in zip("abcdefg", steps, strict=False):
        entries[name] = [first + again, first + again, first, 0, 0]
        visits = first + again + seen + seen_again
        pages[name] = [visits, visits, first + seen, 0, 0]
    return pages, {name: counts for name, counts in entries.items() if counts[VISITS]}


SOME_PAGE = st.tuples(st.integers(0, 9), st.integers(0, 4), st.integers(0, 30), st.integers(0, 9))
LARGE_PAGE = st.tuples(st.integers(4, 30), st.integers(0, 4), st.integers(0, 60), st.integers(0, 20))
PAGES_AND_ENTRIES = st.builds(
    lambda large, some: some_pages([*large, *some]),
    st.tuples(LARGE_PAGE, LARGE_PAGE),
    st.lists(SOME_PAGE, min_size=1, max_size=5),
)


@settings(max_examples=100)
@example(some_pages([(4, 0, 0, 0), (4, 0, 0, 0), (0, 0, 3, 0), (2, 0, 1, 0)]), 3, "a", 0, 3)  # nobody entered on c
@example(some_pages([(4, 0, 1, 0), (6, 0, 0, 0), (0, 0, 6, 4)]), 5, "b", 0, 5)  # c is the pages' cover
@given(PAGES_AND_ENTRIES, st.integers(3, 6), st.sampled_from("ab"), st.integers(0, 5), st.integers(0, 200))
def test_each_small_entry_page_may_have_no_entries(counted, threshold, covered, withheld, engaged):
    pages, entries = counted
    drawn = Drawn({"page": "b" if covered == "a" else "c", "entry": covered}, {"page": (1, 0), "entry": (withheld, 0)})
    rows = close(pages, entries, engaged, threshold, drawn) if entries else []
    published = {row.value: row for row in rows if row.dimension == "entry" and row.value != OTHER}
    exact = {row.value: row.counts for row in rows if row.dimension == "page" and not row.marks}
    told = {row.value: pages[row.value] for row in rows if row.dimension == "page" and row.value != OTHER}
    [covered] = {value for value, row in published.items() if row.marks} or {""}
    if covered not in exact:
        return  # the pages' own cover may have been seen more often than it is known to have been
    for value in entries.keys() - published.keys():
        after = without(value, entries, covered, told, threshold)
        assert after is not None
        assert exact.get(value, NOTHING)[VISITS] <= engaged
        assert close(pages, after, engaged, threshold, same_draws_of_entries(rows, after, covered, drawn)) == rows


SITES = 1_000


@pytest.fixture(scope="session")
def found_in():
    """The solver's package takes a second to import, which every process that runs tests would wait for."""
    from tests.privacy import solver

    return solver.found_in


@pytest.mark.parametrize("part", range(4))
def test_of_whole_sites_no_solver_finds_a_hidden_cell(part, is_long, found_in):
    """All breakdowns of a visit and their relations together, by month and by day, on one machine and two."""
    for number in range(part, SITES if is_long else SITES // 8, 4):
        site = random_site(Random(number))
        assert found_in(site, observe(site, f"key {number}")) == [], f"site {number}"


def test_the_solver_finds_an_entry_page_where_others_hide_it_regardless_of_how_often_it_was_seen(monkeypatch, found_in):
    site = random_site(Random(77))
    assert found_in(site, observe(site, "key 77")) == []

    entries_regardless_of_pages(monkeypatch)
    assert [found.name for found in found_in(site, observe(site, "key 77")) if found.is_determined] == ["entry"]


def test_the_solver_finds_a_country_where_one_hides_it_that_implies_a_language(monkeypatch, found_in):
    site = random_site(Random(66))
    assert found_in(site, observe(site, "key 66")) == []

    iceland_may_be_the_cover(monkeypatch)
    monkeypatch.setattr("tests.privacy.solver.NEVER_COVERS", set())
    assert {found.name for found in found_in(site, observe(site, "key 66"))} == {"country"}
