"""What axe-core finds in the notice, in each of its states: nothing."""

import pytest
from playwright.sync_api import expect

from consent_service.domain.notice.wording import texts_in
from tests.e2e.looker import violations
from tests.e2e.service import wait_for
from tests.e2e.snippet.visitor import accept, button, control, notice


def asked(visitor):
    return visitor.opens()


def accepted(visitor):
    page = accept(visitor.opens())
    control(page).click()
    expect(button(page, "Withdraw")).to_be_visible()
    return page


def refused(visitor):
    page = visitor.holding("refused", "2026Q4").opens()
    control(page).click()
    expect(button(page, "Accept all")).to_be_visible()
    return page


def closed(visitor):
    page = visitor.holding("refused", "2026Q4").opens()
    expect(control(page)).to_be_visible()
    return page


def chosen_one_by_one(visitor):
    page = visitor.opens()
    button(page, "Choose one by one").click()
    expect(notice(page).get_by_role("checkbox")).to_have_count(3)
    return page


@pytest.mark.parametrize("state", [asked, accepted, refused, closed])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (320, 256)], ids=["desktop", "400 percent"])
def test_axe_finds_nothing(stage, state, scheme, size):
    width, height = size
    page = state(stage.visitor(color_scheme=scheme, viewport={"width": width, "height": height}))
    look(page)


@pytest.mark.parametrize("state", [asked, accepted, closed, chosen_one_by_one])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (320, 256)], ids=["desktop", "400 percent"])
def test_axe_finds_nothing_where_videos_and_chats_wait(stage, state, scheme, size):
    stage.publish(texts=texts_in(["en"], ["video", "chat"]))
    stage.pages.body += "<iframe title='A film' data-consent='video' data-src='/film'></iframe>"
    width, height = size
    page = state(stage.visitor(color_scheme=scheme, viewport={"width": width, "height": height}))
    expect(page.locator("consent-placeholder")).to_have_count(0 if state is accepted else 1)
    look(page)


def look(page):
    assert violations(page, "consent-notice", "consent-placeholder") == []


def test_a_text_that_is_scrolled_can_be_read_by_keyboard(stage):
    stage.publish(details="Word by word. " * 100)
    page = stage.visitor(viewport={"width": 320, "height": 256}).opens()
    text = notice(page).locator("div div").first
    page.keyboard.press("Tab")
    expect(text).to_be_focused()
    page.keyboard.press("End")
    wait_for(page, "document.activeElement.scrollTop > 0")
    page.keyboard.press("Tab")
    expect(button(page, "Accept all")).to_be_focused()
