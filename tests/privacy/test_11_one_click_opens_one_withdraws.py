"""Promise 11: one click opens the control, one withdraws.

That deletes what the snippet stored and stops counting in every tab, without a reload.
"""

import pytest
from playwright.sync_api import expect

from tests.e2e.snippet.visitor import NOTHING, accept, button, control, navigate, settle, stored
from tests.e2e.snippet.waiting import film, placeholder


@pytest.mark.parametrize(("choice", "left"), [("Withdraw consent", {"refused": "2026Q4"}), ("Forget everything", {})])
def test_two_clicks_delete_what_was_stored_and_stop_counting_in_every_tab(visitor, choice, left):
    tabs = [accept(visitor.opens("/0")), visitor.opens("/1"), visitor.opens("/2")]
    for tab in tabs:
        settle(tab)
        tab.evaluate("window.notReloaded = true")
    assert sorted(visitor.viewed()) == ["/0", "/1", "/2"]
    assert visitor.cookies().keys() == {"consent"}
    assert stored(tabs[2]) != NOTHING

    control(tabs[1]).click()
    button(tabs[1], choice).click()
    expect(button(tabs[1], choice)).to_be_hidden()
    for number, tab in enumerate(tabs):
        navigate(tab, f"/after/{number}")
        settle(tab)

    assert sorted(visitor.viewed()) == ["/0", "/1", "/2"]
    assert visitor.cookies() == left
    for tab in tabs:
        assert stored(tab) == NOTHING
        assert tab.evaluate("window.notReloaded")


def test_the_control_is_there_on_every_page_once_there_is_a_choice(visitor):
    accept(visitor.opens("/one"))
    for path in ("/two", "/three"):
        expect(control(visitor.opens(path))).to_be_visible()


@pytest.mark.parametrize("choice", ["Withdraw consent", "Forget everything"])
def test_what_was_allowed_for_a_purpose_ends_too_in_every_tab(embedding, visitor, choice):
    tabs = [accept(visitor.opens("/0")), visitor.opens("/1")]
    for tab in tabs:
        expect(film(tab)).to_be_visible()
    control(tabs[0]).click()
    button(tabs[0], choice).click()
    for tab in tabs:
        expect(placeholder(tab)).to_be_visible()
        expect(tab.locator("iframe[src]")).to_have_count(0)
        assert stored(tab) == NOTHING
