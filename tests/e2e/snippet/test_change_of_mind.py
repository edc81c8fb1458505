"""Withdrawing, forgetting, accepting after all: in one tab, and what the others do about it."""

from playwright.sync_api import expect

from tests.e2e.service import wait_for
from tests.e2e.snippet.visitor import (
    FIRST_TOUCH,
    FIRST_VIEW,
    NEW_VISITOR,
    NOTHING,
    accept,
    button,
    buttons,
    change,
    control,
    navigate,
    notice,
    settle,
    stored,
)

OFFERED_AFTER_A_REFUSAL = ["Cookie choice", "Accept all", "Reject all", "Forget everything"]


def test_one_click_opens_the_choice_and_one_withdraws_without_a_reload(visitor):
    page = accept(visitor.opens())
    settle(page)
    control(page).click()
    expect(buttons(page)).to_have_text(["Cookie choice", "Withdraw consent", "Forget everything"])
    button(page, "Withdraw consent").click()
    expect(button(page, "Withdraw consent")).to_be_hidden()
    navigate(page, "/after")
    settle(page)
    assert visitor.cookies() == {"refused": "2026Q4"}
    assert stored(page) == NOTHING
    assert visitor.viewed() == ["/"]


def test_withdrawing_in_one_tab_stops_and_cleans_every_tab_at_once(visitor):
    one = accept(visitor.opens("/one"))
    two = visitor.opens("/two")
    settle(two)
    change(one, "Withdraw consent")
    wait_for(two, "localStorage.length === 0")
    navigate(two, "/three")
    settle(two)
    assert stored(two) == stored(one) == NOTHING
    assert visitor.viewed() == ["/one", "/two"]
    control(two).click()
    expect(buttons(two)).to_have_text(OFFERED_AFTER_A_REFUSAL)


def test_the_control_opens_by_the_cookie_not_by_what_the_tab_remembers(stage, visitor):
    page = visitor.holding("consent", stage.token()).opens()
    expect(control(page)).to_be_visible()
    visitor.context.clear_cookies()
    visitor.holding("refused", "2026Q4")
    control(page).click()
    expect(buttons(page)).to_have_text(OFFERED_AFTER_A_REFUSAL)


def test_a_token_gone_by_any_means_stops_the_next_hit(visitor):
    page = accept(visitor.opens())
    settle(page)
    visitor.context.clear_cookies()
    navigate(page, "/after")
    settle(page)
    assert visitor.viewed() == ["/"]
    assert stored(page) == NOTHING


def test_what_another_tab_stores_during_a_withdrawal_is_deleted_too(visitor):
    one = accept(visitor.opens("/one"))
    two = visitor.opens("/two")
    settle(two)
    two.evaluate("""() => {
        const held = new Promise((release) => { window.storeAndRelease = () => {
            localStorage.setItem("consent-pages", ",1,");
            localStorage.setItem("consent-visit", "{}");
            release();
        } });
        return new Promise((taken) => navigator.locks.request("consent", () => { taken(); return held }));
    }""")
    change(one, "Withdraw consent")
    two.evaluate("storeAndRelease()")
    settle(two)
    wait_for(one, "localStorage.length === 0")
    settle(one)
    assert stored(one) == stored(two) == NOTHING


def test_forget_everything_leaves_nothing_and_the_next_page_asks(visitor):
    page = accept(visitor.opens())
    settle(page)
    control(page).click()
    button(page, "Forget everything").click()
    expect(notice(page)).to_have_count(0)
    settle(page)
    assert visitor.cookies() == {}
    assert stored(page) == NOTHING
    page.reload()
    expect(button(page, "Accept all")).to_be_visible()


def test_forget_everything_forgets_a_refusal_too(visitor):
    page = visitor.holding("refused", "2026Q4").opens()
    control(page).click()
    button(page, "Forget everything").click()
    expect(notice(page)).to_have_count(0)
    assert visitor.cookies() == {}


def test_after_a_refusal_one_can_still_accept_without_a_reload(stage, visitor):
    page = visitor.holding("refused", "2026Q4").opens("/late")
    control(page).click()
    accept(page)
    settle(page)
    assert visitor.viewed() == ["/late"]
    assert visitor.flags() == [NEW_VISITOR | FIRST_VIEW | FIRST_TOUCH]
    assert visitor.cookies() == {"consent": stage.token()}


def test_rejecting_again_keeps_the_refusal(visitor):
    page = visitor.holding("refused", "2026Q3").opens()
    change(page, "Reject all")
    assert visitor.cookies() == {"refused": "2026Q4"}


def test_a_choice_in_one_tab_ends_the_question_in_the_other(visitor):
    one, two = visitor.opens("/one"), visitor.opens("/two")
    expect(button(two, "Accept all")).to_be_visible()
    accept(one)
    expect(button(two, "Accept all")).to_be_hidden()
    expect(control(two)).to_be_visible()


def test_a_refusal_in_one_tab_ends_the_question_in_the_other_when_it_is_looked_at_again(visitor):
    one, two = visitor.opens("/one"), visitor.opens("/two")
    button(one, "Reject all").click()
    expect(control(one)).to_be_visible()
    two.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))")
    expect(button(two, "Accept all")).to_be_hidden()
    expect(control(two)).to_be_visible()


def test_the_control_closes_what_it_opened_and_keeps_the_focus(visitor):
    page = visitor.holding("refused", "2026Q4").opens()
    control(page).focus()
    page.keyboard.press("Enter")
    expect(control(page)).to_have_attribute("aria-expanded", "true")
    expect(control(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(control(page)).to_have_attribute("aria-expanded", "false")
    expect(button(page, "Accept all")).to_be_hidden()
    assert visitor.cookies() == {"refused": "2026Q4"}


def test_what_was_agreed_to_can_be_looked_up_on_the_service(stage, visitor):
    page = accept(visitor.opens())
    control(page).click()
    link = notice(page).get_by_role("link", name="What did I agree to?")
    assert link.get_attribute("href") == f"{stage.world.config.public_url}/receipt#{stage.token()}"
    assert link.get_attribute("referrerpolicy") == "no-referrer"
    change_to = button(page, "Withdraw consent")
    change_to.click()
    control(page).click()
    expect(link).to_have_count(0)


def test_a_cookie_that_the_service_set_is_withdrawn_too(stage, visitor):
    """Under the site's own host the service sets it; `__Host-` needs HTTPS, which test_first_party has."""
    stage.pages.prefix = "/count"
    page = accept(visitor.opens())
    assert visitor.cookies() == {"consent": stage.token()}
    change(page, "Withdraw consent")
    assert visitor.cookies() == {"refused": "2026Q4"}
