"""Which flags a view carries: visits, days, weeks, months, years and pages, across all tabs."""

import datetime as dt

import pytest

from tests.e2e.snippet.stage import BERLIN, SUNDAY
from tests.e2e.snippet.visitor import (
    FIRST_OF_DAY,
    FIRST_OF_MONTH,
    FIRST_OF_WEEK,
    FIRST_OF_YEAR,
    FIRST_TOUCH,
    FIRST_VIEW,
    NEW_VISITOR,
    SECOND_VIEW,
    accept,
    navigate,
    pages_seen,
    settle,
    stored,
)

OPEN_TABS = "paths => { for (const path of paths) open(path, '_blank', 'noopener') }"


def flags_at(stage, visitor, times):
    """The flags of one view of a new page at each of `times`, after a first view on Sunday noon."""
    page = accept(visitor.opens())
    settle(page)
    for number, time in enumerate(times, 2):
        stage.at(time)
        navigate(page, f"/{number}")
        settle(page)
    return visitor.flags()[1:]


def test_a_visit_goes_on_until_a_pause_of_thirty_minutes(stage, visitor):
    minute = dt.timedelta(minutes=1)
    times = [SUNDAY + number * minute for number in (29, 58, 88, 89)]
    assert flags_at(stage, visitor, times) == [
        NEW_VISITOR | SECOND_VIEW | FIRST_TOUCH,
        NEW_VISITOR | FIRST_TOUCH,
        FIRST_VIEW | FIRST_TOUCH,
        SECOND_VIEW | FIRST_TOUCH,
    ]


@pytest.mark.parametrize(
    ("evening", "opened"),
    [
        (dt.datetime(2026, 11, 23, 23, 59, tzinfo=BERLIN), FIRST_OF_DAY),
        (dt.datetime(2026, 11, 22, 23, 59, tzinfo=BERLIN), FIRST_OF_DAY | FIRST_OF_WEEK),
        (dt.datetime(2026, 11, 30, 23, 59, tzinfo=BERLIN), FIRST_OF_DAY | FIRST_OF_MONTH),
        (dt.datetime(2026, 12, 31, 23, 59, tzinfo=BERLIN), FIRST_OF_DAY | FIRST_OF_MONTH | FIRST_OF_YEAR),
    ],
)
def test_the_sites_midnight_ends_the_visit_and_opens_what_begins_then(stage, visitor, evening, opened):
    flags = flags_at(stage, visitor, [evening, evening + dt.timedelta(minutes=2)])
    assert flags[-1] == opened | FIRST_VIEW | FIRST_TOUCH


def test_a_reload_is_a_view_of_the_same_visit(visitor):
    page = accept(visitor.opens())
    settle(page)
    page.reload()
    settle(page)
    assert visitor.flags()[1:] == [NEW_VISITOR | SECOND_VIEW]


def test_a_new_visit_describes_the_visitor_again(stage, visitor):
    page = accept(visitor.opens())
    settle(page)
    stage.later(minutes=30)
    navigate(page, "/back")
    settle(page)
    assert visitor.hits[1]["f"] & FIRST_VIEW
    assert "z" in visitor.hits[1]


# The list of pages seen


def test_a_page_seen_again_in_the_visit_is_no_first_but_is_in_the_next_visit(stage, visitor):
    page = accept(visitor.opens("/a"))
    for path in ["/b", "/a"]:
        navigate(page, path)
    settle(page)
    assert visitor.viewed() == ["/a", "/b", "/a"]
    assert not visitor.hits[2]["f"] & FIRST_TOUCH
    stage.later(hours=1)
    navigate(page, "/b")
    navigate(page, "/a")
    settle(page)
    assert visitor.flags()[3:] == [FIRST_VIEW | FIRST_TOUCH, SECOND_VIEW | FIRST_TOUCH]


@pytest.mark.parametrize("together", [True, False], ids=["at once", "one after the other"])
def test_the_same_page_in_four_tabs_of_a_visit_is_first_seen_once(stage, visitor, together):
    page = accept(visitor.opens("/start"))
    settle(page)
    for paths in [["/same"] * 4] if together else [["/same"]] * 4:
        before = len(stage.hits)
        page.evaluate(OPEN_TABS, paths)
        stage.wait_for_hits(before + len(paths))
        settle(page)
    flags = [hit["f"] & FIRST_TOUCH for hit in stage.hits if hit["p"] == "/same"]
    assert sorted(flags) == [0, 0, 0, FIRST_TOUCH]
    assert stage.pending("2026-11")["page"]["/same"][:3] == [4, 1, 1]


def test_the_next_view_deletes_the_list_of_an_ended_visit(stage, visitor):
    page = accept(visitor.opens("/a"))
    for path in ["/b", "/c"]:
        navigate(page, path)
    settle(page)
    assert pages_seen(page) == 3
    stage.later(minutes=30)
    navigate(page, "/d")
    settle(page)
    assert pages_seen(page) == 1


def test_coming_back_to_a_tab_deletes_the_list_of_an_ended_visit_but_not_of_the_present_one(stage, visitor):
    page = accept(visitor.opens())
    settle(page)
    for minutes, left in [(29, ["consent-pages", "consent-visit"]), (1, ["consent-visit"])]:
        stage.later(minutes=minutes)
        page.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))")
        settle(page)
        assert stored(page) == {"local": left, "session": []}


# Several tabs


def test_tabs_opened_at_once_share_one_visit(stage, visitor):
    page = accept(visitor.opens("/start"))
    settle(page)
    stage.later(hours=2)
    page.evaluate(OPEN_TABS, ["/one", "/two", "/three"])
    flags = sorted(hit["f"] for hit in stage.wait_for_hits(4)[1:])
    assert flags == [FIRST_TOUCH, FIRST_VIEW | FIRST_TOUCH, SECOND_VIEW | FIRST_TOUCH]


def test_open_tabs_that_move_on_together_begin_one_visit(stage, visitor):
    one = accept(visitor.opens("/one"))
    two = visitor.opens("/two")
    settle(two)
    stage.later(hours=2)
    together = "path => { const go = new BroadcastChannel('go'); go.onmessage = () => history.pushState(0, '', path) }"
    for page, path in [(one, "/one/more"), (two, "/two/more")]:
        page.evaluate(together, path)
    visitor.opens("/").evaluate("new BroadcastChannel('go').postMessage(0)")
    flags = sorted(hit["f"] & (FIRST_VIEW | SECOND_VIEW) for hit in stage.wait_for_hits(5)[2:])
    assert flags == [0, FIRST_VIEW, SECOND_VIEW]


def test_other_tabs_wait_until_the_views_with_flags_of_their_own_have_reached_them(stage, visitor):
    visitor.where("""
        window.waits = 0;
        const original = setTimeout;
        setTimeout = (work, time) => { waits += time === 100; return original(work, time) };
    """)
    page = visitor.holding("consent", stage.token()).opens("/one")
    settle(page)
    assert page.evaluate("waits") == 1
    for path, waits in [("/two", 2), ("/three", 3), ("/one", 3), ("/two", 3)]:
        navigate(page, path)
        settle(page)
        assert page.evaluate("waits") == waits


# Browsers that cannot


def test_where_storage_is_blocked_nothing_is_counted_and_nothing_breaks(stage, visitor):
    visitor.where("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no') } })")
    page = accept(visitor.opens())
    navigate(page, "/other")
    settle(page)
    assert visitor.asked_of_service() == [stage.script_path, "/consent"]
    assert visitor.errors == []


def test_without_web_locks_views_are_still_counted(stage, visitor):
    visitor.where("Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined })")
    page = accept(visitor.opens())
    navigate(page, "/two")
    flags = {hit["p"]: hit["f"] & (FIRST_VIEW | SECOND_VIEW) for hit in stage.wait_for_hits(2)}
    assert flags == {"/": FIRST_VIEW, "/two": SECOND_VIEW}
