"""Which entry pages may hide the small ones, seeing what is published of the pages."""

from consent_service.domain.disclosure.entries import Page, Pages, Rest, without_room

K = 10
NOTHING = [0, 0, 0, 0, 0]
MANY = [9_999, 9_999, 9_999, 9_999, 0]


def entries(visitors, visits=None):
    return [visits or visitors, visits or visitors, visitors, 0, 0]


def page(visitors, visits=None, views=None, marks=""):
    visits = visits or visitors
    return Page([views or visits, visits, visitors, 0, 0], marks)


def lacking(rows, large, small, unnamed=NOTHING, total=MANY, added_up=False):
    return set(without_room(Pages(rows, added_up), large, Rest(small, unnamed), K, total))


def test_a_page_has_room_if_it_was_seen_by_all_visits_of_the_rest():
    assert lacking({"/": page(48)}, {"/": entries(40)}, entries(8)) == set()
    assert lacking({"/": page(47)}, {"/": entries(40)}, entries(8)) == {"/"}


def test_it_was_seen_by_all_their_visitors_too():
    assert lacking({"/": page(12, 200)}, {"/": entries(12, 40)}, entries(18)) == {"/"}
    assert lacking({"/": page(30, 200)}, {"/": entries(12, 40)}, entries(18)) == set()


def test_each_other_page_that_is_published_may_have_a_few_but_for_one():
    rows = {"/": page(45), "/a": page(20), "/b": page(20)}

    assert lacking(rows, {"/": entries(40)}, entries(14)) == set()
    assert lacking(rows, {"/": entries(40)}, entries(15)) == {"/"}


def test_the_cover_of_the_pages_may_have_all_views_of_their_rest():
    rows = {"/": page(30, 35, 50, "views>= visits>= visitors>="), "(other)": page(10, 1, 14, "visits? visitors>=")}

    assert lacking(rows, {"/": entries(28)}, entries(36)) == set()
    assert lacking(rows, {"/": entries(28)}, entries(37)) == {"/"}
    assert lacking({"(other)": rows["(other)"]}, {"/": entries(10)}, entries(5)) == {"/"}


def test_of_days_added_up_only_what_was_published_is_certain():
    rows = {"/": page(30, 35, 50, "views>= visits>= visitors>="), "(other)": page(10, 1, 90, "visits? visitors>=")}

    assert lacking(rows, {"/": entries(28)}, entries(2), added_up=True) == set()
    assert lacking(rows, {"/": entries(28)}, entries(3), added_up=True) == {"/"}
    assert lacking({}, {"/": entries(28)}, entries(3), added_up=True) == {"/"}


def test_a_changed_page_tells_its_entries_and_so_cannot_hide_others():
    rows = {"/members/:id": page(40, 40, 900, "visits>= visitors>="), "/": page(90)}

    assert lacking(rows, {"/members/:id": entries(40), "/": entries(60)}, entries(5)) == {"/members/:id"}


def test_what_other_machines_handed_over_may_have_entered_on_any_large_page():
    rows, large = {"/": page(60), "/a": page(90)}, {"/": entries(40), "/a": entries(30)}

    assert lacking(rows, large, entries(80), unnamed=entries(78)) == set()
    assert lacking(rows, large, entries(81), unnamed=entries(80)) == {"/", "/a"}  # 150 views for 151 entries
    assert lacking(rows, large, entries(80)) == {"/", "/a"}


def test_a_page_that_more_visits_saw_than_saw_two_pages_is_known_to_have_entries():
    rows, large, small = {"/": page(190), "/s": page(29)}, {"/": entries(161)}, entries(9)

    assert lacking(rows, large, small, total=[300, 200, 200, 29, 0]) == set()
    assert lacking(rows, large, small, total=[300, 200, 200, 28, 0]) == {"/"}
