"""What the page can ask of the snippet, and hear from it: `window.consent`."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.snippet.test_choice import GLOBAL_PRIVACY_CONTROL
from tests.e2e.snippet.visitor import NOTHING, accept, button, control, notice, settle, stored

TYPES = Path(__file__).parents[3] / "static" / "consent.d.ts"

HEARD = "window.heard = []; addEventListener('consent:change', (event) => heard.push(event.detail))"


def test_the_page_hears_of_each_change_and_can_ask_what_holds(visitor):
    page = visitor.where(HEARD).opens()
    expect(button(page, "Accept all")).to_be_visible()
    page.evaluate("consent.on('change', (status) => heard.push('on ' + status))")
    accept(page)
    page.evaluate("consent.withdraw()")
    expect(control(page)).to_be_visible()
    assert page.evaluate("[consent.status(), ...heard]") == [
        *("refused", "open", "accepted", "on accepted", "refused", "on refused"),
    ]


def test_the_page_can_put_the_choice_into_its_own_buttons(stage, visitor):
    page = visitor.opens()
    page.evaluate("consent.accept()")
    expect(control(page)).to_be_visible()
    settle(page)
    assert visitor.cookies() == {"consent": stage.token()}
    page.evaluate("consent.show()")
    expect(button(page, "Withdraw consent")).to_be_visible()
    page.evaluate("consent.reject()")
    expect(button(page, "Withdraw consent")).to_be_hidden()
    assert visitor.cookies() == {"refused": "2026Q4"}
    assert stored(page) == NOTHING


def test_the_page_cannot_accept_for_somebody_whose_browser_refuses(visitor):
    page = visitor.where(GLOBAL_PRIVACY_CONTROL).opens()
    page.evaluate("consent.accept(); consent.show(); consent.event('sign-up')")
    settle(page)
    expect(notice(page)).to_have_count(0)
    assert page.evaluate("consent.status()") == "refused"
    assert visitor.cookies() == {}
    assert visitor.hits == []


def test_an_event_counts_nothing_where_the_notice_declares_none(visitor):
    page = accept(visitor.opens())
    settle(page)
    page.evaluate("consent.event('sign-up')")
    settle(page)
    assert [hit["e"] for hit in visitor.hits] == ["view"]


@pytest.mark.parametrize("name", ["status", "show", "accept", "reject", "withdraw", "event", "on"])
def test_the_types_name_what_there_is(visitor, name):
    page = visitor.opens()
    assert re.search(rf"^  {name}\(", TYPES.read_text(encoding="utf-8"), re.MULTILINE)
    assert page.evaluate("name => typeof consent[name]", name) == "function"
