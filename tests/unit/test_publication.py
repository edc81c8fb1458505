"""The rows of a closed period, and what a machine hands over for another's close."""

from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from consent_service.domain.counting import counts as counting
from consent_service.domain.counting.counts import VISITORS, VISITS, minus, plus
from consent_service.domain.counting.dimensions import DIMENSIONS, OTHER
from consent_service.domain.disclosure import publication
from consent_service.domain.disclosure.publication import NOTHING, PublishedRow, hand_over
from consent_service.security import tokens

K = 10
ALL_LEAST = "views>= visits>= visitors>="


def draw_for(dimension, number=0):
    return tokens.draw("k" * 32, "site", f"period {number}", dimension)


def withholding_nothing(_):
    return lambda _: b"\xff" * 8


def counts(visitors, visits=None, views=None):
    visits = visitors if visits is None else visits
    return [visits if views is None else views, visits, visitors, 0, 0]


def close(stored, pending, covers=(), draw=withholding_nothing, sums=(), k=K):
    return publication.close(stored, pending, dict(covers), k, draw, sums)


def of(rows, dimension="country"):
    return {row.value: (row.counts, row.marks) for row in rows if row.dimension == dimension}


def test_stored_and_pending_counts_are_closed_together():
    stored, pending = {"site": {"": [12, 12, 12, 0, 0]}}, {"site": {"": [13, 12, 1, 12, 0]}}

    assert close(stored, pending) == [PublishedRow("site", "", [25, 24, 13, 12, 0])]


def test_a_total_below_k_is_not_published():
    assert close({}, {"site": {"": counts(9, 40)}, "engagement": {"": [0, 12, 9, 0, 800]}}) == []


def test_engaged_visits_are_hidden_where_they_or_the_others_are_few():
    def engaged(number):
        [row] = close({}, {"site": {"": [90, 80, 40, number, 0]}})
        return row.counts[3], row.marks

    assert engaged(40) == (40, "")
    assert engaged(9) == engaged(71) == (0, "engaged_visits?")


def test_every_cell_that_has_k_is_published_exactly_but_for_the_cover():
    cells = {"FR": counts(40, 50), "DE": counts(30), "NL": counts(3), "BE": counts(2)}

    assert of(close({}, {"country": cells}, {"country": "DE"})) == {
        "FR": (counts(40, 50), ""),
        "DE": (counts(25), "visits>= visitors>="),
        OTHER: (counts(10), ""),
    }


def test_the_cover_gives_as_much_where_nothing_is_small():
    assert of(close({}, {"country": {"FR": counts(40), "DE": counts(30)}}, {"country": "DE"})) == {
        "FR": (counts(40), ""),
        "DE": (counts(20), "visits>= visitors>="),
        OTHER: (counts(10), ""),
    }


def test_a_part_of_the_cover_below_k_has_no_row():
    cells = {"FR": counts(40), "DE": counts(15), "NL": counts(4)}

    assert of(close({}, {"country": cells}, {"country": "DE"})) == {"FR": (counts(40), ""), OTHER: (counts(19), "")}


def test_where_no_cell_has_k_other_is_all_there_is():
    assert of(close({}, {"country": {"FR": counts(9), "DE": counts(6)}})) == {OTHER: (counts(15), "")}
    assert of(close({}, {"country": {"FR": counts(9)}})) == {}


def test_a_cell_that_is_alone_is_folded_too():
    assert of(close({}, {"country": {"FR": counts(30)}})) == {
        "FR": (counts(20), "visits>= visitors>="),
        OTHER: (counts(10), ""),
    }


def test_what_a_cap_turned_away_is_in_other_and_is_never_the_cover():
    assert of(close({}, {"country": {OTHER: counts(80), "DE": counts(30)}})) == {
        "DE": (counts(30), "visits>= visitors>="),
        OTHER: (counts(80), ""),
    }


def test_of_a_cover_that_was_stored_only_what_came_since_is_held_back():
    stored, pending = (
        {"country": {"FR": counts(30), "DE": counts(40)}},
        {"country": {"FR": counts(15), "NL": counts(4)}},
    )

    assert of(close(stored, pending, {"country": "FR"})) == {
        "DE": (counts(40), ""),
        "FR": (counts(30), "visits>= visitors>="),
        OTHER: (counts(19), ""),
    }
    assert of(close(stored, {"country": {"NL": counts(4)}}, {"country": "FR"})) == {
        "DE": (counts(40), ""),
        "FR": (counts(30), "visits>= visitors>="),
    }


SITE = {"": counts(90, 120, 400)}


def test_other_pages_tell_views_and_k_visitors_and_hide_visits():
    cells = {"/": counts(40, 50, 90), "/a": counts(12, 14, 15), "/b": counts(3, 4, 6)}

    assert of(close({}, {"site": SITE, "page": cells}, {"page": "/"}), "page") == {
        "/": (counts(40, 50, 86), ALL_LEAST),
        "/a": (counts(12, 14, 15), ""),
        OTHER: ([10, 0, 10, 0, 0], "visits? visitors>="),
    }


def test_of_a_changed_page_visits_and_visitors_are_lower_bounds():
    cells = {"/members/:id": counts(30, 30, 90), "/a-long-one…": counts(20), "/": counts(40)}
    rows = of(close({}, {"site": SITE, "page": cells}, {"page": "/"}), "page")

    assert rows["/members/:id"] == (counts(30, 30, 90), "visits>= visitors>=")
    assert rows["/a-long-one…"] == (counts(20), "visits>= visitors>=")


def test_pages_without_a_large_one_rest_on_the_visitors_of_the_site():
    pages = {f"/{number}": counts(3) for number in range(5)}

    assert of(close({}, {"site": {"": counts(11, 11, 15)}, "page": pages}), "page") == {
        OTHER: ([15, 0, 10, 0, 0], "visits? visitors>=")
    }
    assert close({}, {"site": {"": counts(3, 3, 15)}, "page": pages}) == []


def test_events_without_a_large_one_have_no_row_for_nobody_knows_how_many_saw_one():
    assert of(close({}, {"site": SITE, "event": {"donate": counts(9, 9, 40)}}), "event") == {}


def test_other_pages_have_no_row_where_the_cover_was_stored_before_and_few_came_since():
    stored = {"page": {"/": counts(50)}}

    assert of(close(stored, {"site": SITE, "page": {"/b": counts(1, 1, 12)}}), "page") == {"/": (counts(50), ALL_LEAST)}


def test_entry_pages_hide_behind_one_that_was_seen_often_enough():
    site = {"": [400, 120, 120, 90, 0]}
    pages = {"/": counts(100), "/a": counts(40), "/b": counts(90), "/c": counts(60)}
    entries = {"/": counts(60), "/a": counts(39), "/b": counts(15), "/c": counts(6)}
    sights = [
        close({}, {"site": site, "page": pages, "entry": entries}, {"page": "/c"}, partial(draw_for, number=number))
        for number in range(40)
    ]

    # /a has 40 visits for 39 entries of its own and six of the small ones.
    assert all(of(rows, "entry")["/a"] == (counts(39), "") for rows in sights)
    assert {value for rows in sights for value in ("/", "/b") if of(rows, "entry").get(value, "??")[1]} == {"/", "/b"}


def test_entry_pages_are_not_told_where_none_was_seen_often_enough():
    pages, entries = {"/": counts(60), "/a": counts(40)}, {"/": counts(59), "/a": counts(4)}

    assert of(close({}, {"site": SITE, "page": pages, "entry": entries}, {"page": "/a"}), "entry") == {
        OTHER: (counts(63), "")
    }


def test_rows_come_in_the_order_of_dimension_and_value():
    cells = {
        "page": {"/b": counts(50), "/a": counts(50), "/c": counts(50)},
        "country": {"FR": counts(50)},
        "site": SITE,
    }
    rows = close({}, cells)

    assert rows == sorted(rows)
    assert {row.dimension for row in rows} == {"site", "page", "country"}


def test_sums_of_days_are_rows_of_their_month():
    sums = [PublishedRow("page", "/", counts(40, 44, 50), "visitors+")]

    assert of(close({}, {"site": SITE}, sums=sums), "page") == {"/": (counts(40, 44, 50), "visitors+")}


def test_the_digest_tells_apart_what_differs_and_nothing_else():
    rows = close({}, {"country": {"FR": counts(30)}})

    assert publication.digest_of(rows) == publication.digest_of(list(rows))
    for other in ({"FR": counts(31)}, {"DE": counts(30)}):
        assert publication.digest_of(rows) != publication.digest_of(close({}, {"country": other}))
    assert publication.digest_of(rows) != publication.digest_of([row._replace(marks="visits>=") for row in rows])


VISIT = st.tuples(st.sampled_from(["FR", "DE", "NL", "BE"]), st.booleans())


def pending_of(visits):
    pending = {}
    for country, first in visits:
        counting.add(pending, "site", "", counts(int(first), 1))
        counting.add(pending, "country", country, counts(int(first), 1))
    return pending


@given(st.lists(VISIT, max_size=80), st.randoms(), st.integers(0, 99))
def test_the_order_in_which_visits_were_counted_changes_no_row(visits, random, number):
    shuffled = random.sample(visits, len(visits))
    draw = partial(draw_for, number=number)

    assert close({}, pending_of(visits), draw=draw) == close({}, pending_of(shuffled), draw=draw)


@given(st.lists(VISIT, max_size=80), st.data(), st.integers(0, 99))
def test_how_much_of_a_cell_was_released_changes_no_row_where_the_same_cells_are_stored(visits, data, number):
    pending, draw = pending_of(visits), partial(draw_for, number=number)
    large = [value for value, row in pending.get("country", {}).items() if row[VISITORS] >= K]
    if len(large) < 2:
        return
    cover, stored = large[0], {}
    for value in large[1:]:
        whole = pending["country"][value]
        visits_since = data.draw(st.integers(0, whole[VISITS] - whole[VISITORS]))
        stored[value] = minus(whole, counts(0, visits_since))
    since = {
        "country": {value: minus(row, stored.get(value, NOTHING)) for value, row in pending["country"].items()},
        "site": pending["site"],
    }

    assert close({"country": stored}, since, {"country": cover}, draw) == close({}, pending, {"country": cover}, draw)


@given(st.lists(VISIT, max_size=90), st.integers(5, 12), st.integers(0, 99))
def test_a_breakdown_with_other_adds_up_to_the_total_where_each_visit_falls_into_one_value(visits, k, number):
    rows = close({}, pending_of(visits), draw=partial(draw_for, number=number), k=k)
    total, breakdown = of(rows, "site"), of(rows)

    assert all(row[VISITORS] >= k for row, _ in breakdown.values())
    if breakdown:
        assert [sum(column) for column in zip(*(row for row, _ in breakdown.values()), strict=True)] == total[""][0]


def test_what_is_handed_over_names_only_what_is_stored_already_and_the_cover_without_a_count():
    stored = {"site": {"": counts(20)}, "country": {"FR": counts(20), "BE": counts(10)}}
    pending = {
        "site": {"": counts(9)},
        "country": {"FR": counts(3), "DE": counts(4), "NL": counts(2), "BE": counts(1), OTHER: counts(5)},
        "page": {"/": counts(9)},
    }

    assert hand_over(stored, pending, {"country": "NL", "language": "fr"}) == {
        "+site": {"": counts(9)},
        "country": {"FR": counts(3), "BE": counts(1)},
        "+country": {OTHER: counts(11), "NL": NOTHING},
        "+page": {OTHER: counts(9)},
    }


def test_of_the_machines_own_cover_nothing_goes_to_a_stored_cell():
    stored = {"country": {"FR": counts(20)}}

    assert hand_over(stored, {"country": {"FR": counts(13)}}, {"country": "FR"}) == {
        "+country": {OTHER: counts(13), "FR": NOTHING}
    }


def after(stored, handed):
    """What is stored once a machine has handed over."""
    names = {*stored, *handed}
    return {name: counting.together(stored.get(name, {}), handed.get(name, {})) for name in names}


def test_remainders_of_another_machine_are_published_as_if_they_were_pending_here():
    stored = {"country": {"FR": counts(20), "DE": counts(12)}}
    theirs, ours = {"country": {"FR": counts(4), "DE": counts(1)}}, {"country": {"NL": counts(30)}}
    both = {"country": counting.together(theirs["country"], ours["country"])}

    assert close(after(stored, hand_over(stored, theirs, {})), ours, {"country": "NL"}) == close(
        stored, both, {"country": "NL"}
    )


def test_what_another_machine_covered_or_could_not_name_is_marked_or_more():
    stored = {"country": {"FR": counts(20), "BE": counts(25)}}
    theirs = {"country": {"FR": counts(14), "DE": counts(8)}}
    ours = {"country": {"NL": counts(30), "DE": counts(12), "BE": counts(3)}}
    rows = of(close(after(stored, hand_over(stored, theirs, {"country": "FR"})), ours, {"country": "NL"}))

    assert rows == {
        "BE": (counts(28), ""),
        "DE": (counts(12), "visits>= visitors>="),
        "FR": (counts(20), "visits>= visitors>="),
        "NL": (counts(30), "visits>= visitors>="),
        OTHER: (counts(22), ""),
    }


def test_where_nothing_was_handed_over_unnamed_nothing_is_marked():
    stored, theirs = {"country": {"FR": counts(20)}}, {"country": {"FR": counts(4)}}
    rows = of(close(after(stored, hand_over(stored, theirs, {})), {"country": {"NL": counts(30)}}, {"country": "NL"}))

    assert rows["FR"] == (counts(24), "")


def test_the_cover_of_another_machine_supports_other_pages():
    stored = {"page": {"/": counts(50)}}
    theirs = {"site": SITE, "page": {"/a": counts(12, 12, 30)}}
    rows = close(after(stored, hand_over(stored, theirs, {"page": "/a"})), {"page": {"/b": counts(1)}}, {"page": "/"})

    assert of(rows, "page") == {
        "/": (counts(50), ALL_LEAST),
        OTHER: ([31, 0, 10, 0, 0], "visits? visitors>="),
    }


@given(st.lists(st.tuples(VISIT, st.booleans()), max_size=90), st.integers(0, 99))
def test_two_machines_lose_and_invent_nothing(visits, number):
    ours = pending_of(visit for visit, is_ours in visits if is_ours)
    theirs = pending_of(visit for visit, is_ours in visits if not is_ours)
    truth = pending_of(visit for visit, _ in visits).get("country", {})
    large = [value for value, row in theirs.get("country", {}).items() if row[VISITORS] >= K]
    handed = hand_over({}, theirs, {"country": large[0]} if large else {})
    rows = close(handed, ours, draw=partial(draw_for, number=number))
    breakdown = of(rows)

    for value, (row, text) in breakdown.items():
        if value != OTHER:
            assert min(minus(truth[value], row)) >= 0
            assert text or row == truth[value]
    if OTHER in breakdown:
        everything = [sum(column) for column in zip(*truth.values(), strict=True)]
        assert [sum(column) for column in zip(*(row for row, _ in breakdown.values()), strict=True)] == everything


def test_the_table_of_dimensions_names_what_is_within_another():
    assert [name for name, dimension in DIMENSIONS.items() if dimension.within] == ["entry"]
    assert plus(counts(1), counts(2)) == counts(3)


def test_an_entry_page_of_a_month_of_days_is_told_by_what_its_days_tell():
    sums = [
        PublishedRow("page", "/", counts(90, 95, 99), "visitors+"),
        PublishedRow("page", "/a", counts(25), "visits>= visitors>= visitors+"),
        PublishedRow("page", OTHER, counts(10, 0, 200), "visits? visitors>= visitors+"),
    ]
    entries = {"/": counts(50, 60), "/a": counts(30), "/b": counts(12), "/c": counts(4)}
    site = {"": [400, 120, 100, 90, 0]}

    assert of(close({}, {"site": site, "entry": entries}, sums=sums), "entry") == {
        "/": (counts(44, 54), "visits>= visitors>="),
        "/a": (counts(25), "visits>= visitors>="),
        OTHER: (counts(27), ""),
    }


def test_of_what_may_be_incomplete_each_count_is_a_lower_bound_and_what_is_hidden_stays_hidden():
    rows = [
        PublishedRow("site", "", [90, 60, 50, 0, 0], "engaged_visits?"),
        PublishedRow("page", "(other)", [40, 0, 10, 0, 0], "visits? visitors>="),
        PublishedRow("referrer", "a.example", [0, 50, 40, 0, 0], "visitors+"),
        PublishedRow("engagement", "", [0, 20, 20, 0, 900]),
        PublishedRow("consent", "9a03", [0, 50, 50, 0, 0]),
    ]
    bounded = [publication.as_lower_bound(row) for row in rows]

    assert [row.counts for row in bounded] == [row.counts for row in rows]
    assert [row.marks for row in bounded] == [
        "views>= visits>= visitors>= engaged_visits?",
        "views>= visits? visitors>=",
        "visits>= visitors>= visitors+",
        "visits>= visitors>= engaged_seconds>=",
        "visits>=",
    ]
    assert [publication.as_lower_bound(row) for row in bounded] == bounded
