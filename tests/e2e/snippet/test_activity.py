"""What keeps a visit going, and what begins another one without a change of page."""

from tests.e2e.snippet.visitor import FIRST_TOUCH, FIRST_VIEW, SECOND_VIEW, accept, navigate, settle


def act(page):
    """A sign of life, and what the snippet makes of it."""
    page.keyboard.press("ArrowDown")
    settle(page)


def test_who_reads_one_page_for_long_is_still_in_the_same_visit(stage, visitor):
    page = accept(visitor.opens())
    settle(page)
    for _ in range(3):
        stage.later(minutes=20)
        act(page)
    navigate(page, "/two")
    settle(page)
    assert visitor.viewed() == ["/", "/two"]
    assert not visitor.flags()[1] & FIRST_VIEW


def test_who_comes_back_to_an_open_page_begins_a_visit_with_a_view_of_it(stage, visitor):
    page = accept(visitor.opens("/long"))
    settle(page)
    stage.later(minutes=31)
    act(page)
    assert visitor.viewed() == ["/long", "/long"]
    assert visitor.flags()[1] == FIRST_VIEW | FIRST_TOUCH


def test_a_key_that_leads_on_after_a_pause_counts_the_page_that_was_and_the_one_that_comes(stage, visitor):
    stage.pages.body = """<a href="/two" onclick="history.pushState(0, '', '/two'); return false">two</a>"""
    page = accept(visitor.opens("/one"))
    settle(page)
    stage.later(minutes=31)
    page.get_by_role("link", name="two").focus()
    page.keyboard.press("Enter")
    settle(page)
    assert visitor.viewed() == ["/one", "/one", "/two"]
    assert [flags & (FIRST_VIEW | SECOND_VIEW) for flags in visitor.flags()[1:]] == [FIRST_VIEW, SECOND_VIEW]


def test_a_tab_that_is_only_left_open_keeps_no_visit_going(stage, visitor):
    page = accept(visitor.opens("/long"))
    settle(page)
    stage.later(minutes=31)
    page.close()
    page = visitor.opens("/next")
    settle(page)
    assert visitor.flags()[1] & FIRST_VIEW


def test_signs_of_life_count_nothing_without_a_yes(stage, visitor):
    page = visitor.opens()
    stage.later(minutes=31)
    act(page)
    assert visitor.hits == []
    assert visitor.cookies() == {}


def test_of_many_signs_of_life_within_a_minute_one_is_kept(stage, visitor):
    page = accept(visitor.opens())
    settle(page)
    before = page.evaluate("localStorage['consent-visit']")
    stage.later(seconds=59)
    act(page)
    assert page.evaluate("localStorage['consent-visit']") == before
    stage.later(seconds=2)
    act(page)
    assert page.evaluate("localStorage['consent-visit']") != before
