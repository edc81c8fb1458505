"""Promise 1: before a choice nothing is stored and nothing is requested but the script and its text.

After a refusal only the refusal is remembered.
"""

import pytest
from playwright.sync_api import expect

from tests.e2e.snippet.visitor import NOTHING, button, control, stored
from tests.e2e.snippet.waiting import placeholder
from tests.world import FIRST

EVERYTHING = """async () => ({
    cookies: document.cookie,
    databases: (await indexedDB.databases()).length,
    caches: window.caches ? (await caches.keys()).length : 0,
    workers: (await navigator.serviceWorker?.getRegistrations() || []).length,
    name: window.name,
    state: history.state,
})"""
NO_TRACE = {"cookies": "", "databases": 0, "caches": 0, "workers": 0, "name": "", "state": None}


def undecided(page):
    """What somebody may do without choosing: read, scroll, press keys, click on the page, go on."""
    expect(button(page, "Accept all")).to_be_visible()
    page.mouse.wheel(0, 500)
    page.keyboard.press("Escape")
    page.get_by_role("heading").click()
    page.evaluate("history.pushState(null, '', '/elsewhere')")
    page.get_by_role("link", name="next").click()
    expect(button(page, "Accept all")).to_be_visible()


def test_while_the_question_is_open_only_the_script_is_requested_and_nothing_is_stored(stage, visitor):
    page = visitor.opens("/page?query#fragment")
    undecided(page)

    assert set(visitor.asked_of_service()) == {stage.script_path}
    assert visitor.cookies() == {}
    assert stored(page) == NOTHING
    assert page.evaluate(EVERYTHING) == NO_TRACE


def test_after_a_refusal_only_the_refusal_is_remembered_and_nothing_was_sent(stage, visitor):
    page = visitor.opens()
    button(page, "Reject all").click()
    expect(control(page)).to_be_visible()
    page.get_by_role("link", name="next").click()
    expect(control(page)).to_be_visible()

    assert visitor.cookies() == {"refused": "2026Q4"}
    assert stored(page) == NOTHING
    assert page.evaluate(EVERYTHING) == {**NO_TRACE, "cookies": "refused=2026Q4"}
    assert set(visitor.asked_of_service()) == {stage.script_path}


def test_what_waits_for_a_purpose_is_not_requested_before_it_is_allowed(embedding, visitor):
    page = visitor.opens()
    undecided(page)
    expect(placeholder(page)).to_be_visible()
    assert set(visitor.asked_of_service()) == {embedding.script_path}
    assert not {"/video", "/chat.js"} & set(embedding.pages.asked)
    assert stored(page) == NOTHING
    button(page, "Reject all").click()
    expect(control(page)).to_be_visible()
    page.reload()
    expect(placeholder(page)).to_be_visible()
    assert not {"/video", "/chat.js"} & set(embedding.pages.asked)
    assert stored(page) == NOTHING


def test_who_sends_global_privacy_control_is_not_asked_and_leaves_nothing(stage, visitor):
    opted_out = visitor.where("Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {value: true})")
    page = opted_out.holding("consent", stage.token()).opens()
    page.get_by_role("link", name="next").click()

    assert visitor.cookies() == {}
    assert stored(page) == NOTHING
    assert set(visitor.asked_of_service()) == {stage.script_path}


@pytest.mark.parametrize("path", ["/hit", "/consent"])
def test_the_server_refuses_global_privacy_control_too(world, path):
    key = world.add_site()
    token, digest = world.token(key), world.notice(key)["digest"]
    body = {"s": key, "t": token, "e": "view", "p": "/", "f": FIRST} if path == "/hit" else {"s": key, "n": digest}

    assert world.post(path, body, Sec_GPC="1").status_code == 403
