"""A script that is embedded by its digest: no other bytes run, and it outlives the notice in it."""

import pytest
from playwright.sync_api import expect

from tests.e2e.snippet.visitor import accept, button, navigate, notice, settle

COEP = {"Cross-Origin-Embedder-Policy": "require-corp"}


@pytest.fixture
def pinned(stage):
    stage.pin()
    return stage


@pytest.mark.parametrize("headers", [{}, COEP], ids=["plain", "isolated"])
def test_it_asks_and_counts_as_the_other_does(pinned, visitor, headers):
    pinned.pages.headers = headers
    page = accept(visitor.opens("/one"))
    navigate(page, "/two")
    settle(page)
    assert visitor.viewed() == ["/one", "/two"]
    assert visitor.asked_of_service() == [pinned.script_path, "/consent", "/hit", "/hit"]


def test_other_bytes_do_not_run(pinned, visitor):
    pinned.pages.script = pinned.pages.script.replace("sha384-", "sha384-AAAA")
    page = visitor.opens()
    settle(page)
    expect(notice(page)).to_have_count(0)
    assert page.evaluate("window.consent") is None


def test_who_accepted_a_newer_notice_is_not_asked_again_and_counted(pinned, visitor):
    pinned.publish(notice="Other words.")
    pinned.refusals = [("/consent", 409)]
    page = visitor.opens()
    button(page, "Accept all").click()
    expect(notice(page)).to_contain_text("Other words.")
    accept(page)
    settle(page)
    page.reload()
    expect(button(page, "Cookie choice")).to_be_visible()
    settle(page)
    assert visitor.viewed() == ["/", "/"]
    # Once the present notice is fetched for each page, and never before a yes.
    asked = [path.partition("?")[0] for path in visitor.asked_of_service()]
    present = f"/s/{pinned.key}/notice.json"
    assert asked == [pinned.script_path, "/consent", present, "/consent", "/hit", pinned.script_path, present, "/hit"]


def test_who_accepted_the_notice_in_it_goes_on_under_that(pinned, visitor):
    accept(visitor.opens())
    pinned.publish(notice="Other words.")
    page = visitor.opens()
    settle(page)
    assert visitor.viewed() == ["/", "/"]
    assert page.evaluate("consent.status()") == "accepted"


def test_who_refuses_is_not_asked_for_anything(pinned, visitor):
    visitor.where("Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })")
    page = visitor.holding("consent", pinned.token("2026Q3")).opens()
    settle(page)
    assert visitor.asked_of_service() == [pinned.script_path]
    assert visitor.cookies() == {}


def test_where_the_present_notice_cannot_be_had_its_own_is_shown(pinned, visitor):
    token = pinned.token()
    pinned.publish(notice="Other words.")
    pinned.pin()
    pinned.recorder.instead[f"/s/{pinned.key}/notice.json"] = "503 Service Unavailable"
    pinned.refusals = [(f"/s/{pinned.key}/notice.json", 503)]
    page = visitor.holding("consent", token).opens()
    expect(notice(page)).to_contain_text("Other words.")
    expect(button(page, "Accept all")).to_be_visible()
