"""Pages that were not found: views that say so, where the notice declares them."""

import pytest

from consent_service.domain.counting.dimensions import DEFAULT
from tests.e2e.snippet.visitor import (
    FIRST_TOUCH,
    FIRST_VIEW,
    NEW_VISITOR,
    SECOND_VIEW,
    accept,
    button,
    navigate,
    settle,
)

QUARTER_OF_A_SECOND = """
    window.quarters = [];
    const start = setTimeout, stop = clearTimeout;
    setTimeout = (work, time, ...values) => (time === 250 ? -quarters.push(work) : start(work, time, ...values));
    clearTimeout = (id) => (id < 0 ? delete quarters[-id - 1] : stop(id));
    window.pass = () => quarters.splice(0).forEach((work) => work());
"""
"""The quarter of a second in which a page may say that it was not found, which is over when a test says so."""

SAY = """status => {
    document.querySelector("meta[name=consent-status]")?.remove();
    const meta = Object.assign(document.createElement("meta"), { name: "consent-status", content: status });
    if (status) document.head.append(meta);
}"""

META = '<meta name="consent-status" content="404">'


def say(page, status):
    """What a page of a single-page application says of itself, "" for nothing."""
    page.evaluate(SAY, status)


def waiting(page):
    return page.evaluate("quarters.filter(Boolean).length")


def told(hits):
    """Path and status of each view."""
    assert {hit["e"] for hit in hits} <= {"view"}
    return [(hit["p"], hit.get("x")) for hit in hits]


@pytest.fixture
def declared(stage):
    stage.found(dimensions=(*DEFAULT, "missing"))
    return stage


@pytest.fixture
def waiter(declared):
    """Somebody whose quarters of a second pass when the test says so."""
    return declared.visitor().where(QUARTER_OF_A_SECOND)


# The page that was loaded


def test_what_the_server_did_not_find_is_said_at_once_and_of_that_page_alone(declared):
    declared.pages.status = 404
    visitor = declared.visitor(own_clock=True).where(QUARTER_OF_A_SECOND)
    page = accept(visitor.opens("/gone?query"))
    settle(page)
    assert told(visitor.hits) == [("/gone", 404)]
    assert waiting(page) == 0
    navigate(page, "/there")
    page.evaluate("pass()")
    settle(page)
    assert told(visitor.hits) == [("/gone", 404), ("/there", None)]


def test_a_page_to_which_somebody_went_on_before_the_yes_is_not_what_the_server_did_not_find(declared):
    declared.pages.status = 404
    visitor = declared.visitor(own_clock=True)
    page = visitor.opens("/gone")
    button(page, "Accept all").wait_for()
    navigate(page, "/there")
    settle(accept(page))
    assert told(visitor.hits) == [("/there", None)]


def test_what_a_loaded_page_says_of_itself_is_sent_at_once_and_is_more_than_what_the_server_says(declared):
    declared.pages.head = META
    visitor = declared.visitor(own_clock=True).where(QUARTER_OF_A_SECOND)
    page = accept(visitor.opens("/gone"))
    settle(page)
    declared.pages.status, declared.pages.head = 404, META.replace("404", "200")
    page.goto(f"{declared.site}/there")
    settle(page)
    assert told(visitor.hits) == [("/gone", 404), ("/there", None)]
    assert waiting(page) == 0


def test_pages_not_found_are_counted_as_pages_and_entries_of_their_own(declared, visitor):
    declared.pages.head = META
    settle(accept(visitor.opens("/gone")))
    counted = declared.pending("2026-11")
    assert counted["page"] == {"404 /gone": [1, 1, 1, 0, 0]}
    assert list(counted["entry"]) == ["404 /gone"]


# After a change of route


def test_a_page_that_says_so_after_a_change_of_route_is_not_found_and_the_next_is(declared, visitor):
    page = accept(visitor.opens("/"))
    settle(page)
    page.evaluate("([say]) => { history.pushState(0, '', '/gone'); setTimeout(eval(say), 100, 404) }", [SAY])
    declared.wait_for_hits(2)
    page.evaluate("([say]) => { history.pushState(0, '', '/fine'); setTimeout(eval(say), 100, '') }", [SAY])
    assert told(declared.wait_for_hits(3)) == [("/", None), ("/gone", 404), ("/fine", None)]


def test_a_view_after_a_change_of_route_waits_for_a_quarter_of_a_second(waiter):
    page = accept(waiter.opens("/"))
    navigate(page, "/gone")
    settle(page)
    assert told(waiter.hits) == [("/", None)]
    say(page, 404)
    page.evaluate("pass()")
    settle(page)
    assert told(waiter.hits) == [("/", None), ("/gone", 404)]


def test_the_next_change_of_route_sends_the_view_that_waits_as_its_page_was(waiter):
    page = accept(waiter.opens("/"))
    settle(page)
    navigate(page, "/gone")
    say(page, 404)
    page.evaluate("([say]) => { history.pushState(0, '', '/fine'); eval(say)('') }", [SAY])
    settle(page)
    assert told(waiter.hits) == [("/", None), ("/gone", 404)]
    assert waiting(page) == 1
    page.evaluate("pass()")
    settle(page)
    assert told(waiter.hits) == [("/", None), ("/gone", 404), ("/fine", None)]


def test_who_leaves_while_a_view_waits_is_counted_on_it(declared, waiter):
    page = accept(waiter.opens("/"))
    settle(page)
    navigate(page, "/gone")
    say(page, 404)
    page.goto("about:blank")
    hits = declared.wait_for_hits(2)
    assert told(hits) == [("/", None), ("/gone", 404)]
    assert [hit["f"] for hit in hits] == [
        NEW_VISITOR | FIRST_VIEW | FIRST_TOUCH,
        NEW_VISITOR | SECOND_VIEW | FIRST_TOUCH,
    ]


def test_a_view_that_was_sent_is_not_sent_again_on_the_way_out(declared, waiter):
    page = accept(waiter.opens("/"))
    navigate(page, "/gone")
    page.evaluate("pass()")
    settle(page)
    page.goto(f"{declared.site}/next")
    settle(page)
    assert [path for path, _ in told(declared.wait_for_hits(3))] == ["/", "/gone", "/next"]


def test_who_accepts_while_a_view_waits_is_counted_once(waiter):
    page = waiter.opens("/")
    button(page, "Accept all").wait_for()
    navigate(page, "/there")
    assert waiting(page) == 1
    accept(page)
    settle(page)
    page.evaluate("pass()")
    settle(page)
    assert told(waiter.hits) == [("/there", None)]


def test_who_withdraws_while_a_view_waits_is_not_counted_on_it(waiter):
    page = accept(waiter.opens("/"))
    settle(page)
    navigate(page, "/there")
    page.evaluate("consent.withdraw()")
    page.evaluate("pass()")
    settle(page)
    page.goto("about:blank")
    assert told(waiter.hits) == [("/", None)]


def test_the_tab_of_the_check_counts_nothing_on_its_way_out_either(declared, waiter):
    page = accept(waiter.opens("/"))
    settle(page)
    page.evaluate("window.name = 'consent-check'")
    navigate(page, "/there")
    page.goto(f"{declared.site}/checked")
    page.evaluate("window.name = ''")
    page.goto(f"{declared.site}/last")
    settle(page)
    assert told(declared.wait_for_hits(2)) == [("/", None), ("/last", None)]


def test_where_the_notice_does_not_declare_them_nothing_waits_and_nothing_is_said(stage, visitor):
    stage.found(dimensions=(*DEFAULT, "outbound"))  # with another part in the script
    visitor.where(QUARTER_OF_A_SECOND)
    stage.pages.head = META
    page = accept(visitor.opens("/gone"))
    navigate(page, "/two")
    settle(page)
    assert told(visitor.hits) == [("/gone", None), ("/two", None)]
    assert waiting(page) == 0


def test_a_page_found_and_the_same_not_found_are_each_first_once(declared, waiter):
    page = accept(waiter.opens("/"))
    settle(page)
    for status in ("", 404, "", 404):
        for path, said in (("/page", status), ("/", "")):
            navigate(page, path)
            say(page, said)
            page.evaluate("pass()")
            settle(page)
    firsts = [(hit["p"], hit.get("x")) for hit in waiter.hits if hit["f"] & FIRST_TOUCH]
    assert firsts == [("/", None), ("/page", None), ("/page", 404)]
    assert len(waiter.hits) == 9
    counted = declared.pending("2026-11")["page"]
    assert counted == {"/": [5, 1, 1, 0, 0], "/page": [2, 1, 1, 0, 0], "404 /page": [2, 1, 1, 0, 0]}
