"""What axe-core finds in the notice, in each of its states: nothing."""

from itertools import product

import pytest
from playwright.sync_api import expect

from consent_service.domain.notice.wording import texts_in
from tests.e2e.looker import violations
from tests.e2e.service import wait_for
from tests.e2e.snippet.visitor import accept, button, control, has_come_to_rest, notice


def asked(visitor):
    return visitor.opens()


def accepted(visitor):
    page = accept(visitor.opens())
    control(page).click()
    expect(button(page, "Withdraw consent")).to_be_visible()
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


SIZES = {"400 percent": {"width": 320, "height": 256}, "desktop": {"width": 1280, "height": 800}}
VIEWS = list(product(SIZES, ["light", "dark"]))

states = pytest.mark.parametrize("state", [asked, accepted, refused, closed])
states_with_purposes = pytest.mark.parametrize("state", [asked, accepted, closed, chosen_one_by_one])


def views(test):
    """A page that comes so; in the short version one page is made to look like each."""
    return pytest.mark.long(pytest.mark.parametrize(("size", "scheme"), VIEWS)(test))


@pytest.fixture
def gated(stage):
    """Videos and chats wait."""
    stage.publish(texts=texts_in(["en"], ["video", "chat"]))
    stage.pages.body += "<iframe title='A film' data-consent='video' data-src='/film'></iframe>"
    return stage


@states
def test_axe_finds_nothing_however_the_window_is_changed(stage, state):
    look_at_all(state(stage.visitor(viewport=SIZES["400 percent"])))


@states_with_purposes
def test_axe_finds_nothing_where_videos_and_chats_wait_however_the_window_is_changed(gated, state):
    page = state(gated.visitor(viewport=SIZES["400 percent"]))
    expect(page.locator("consent-placeholder")).to_have_count(0 if state is accepted else 1)
    look_at_all(page)


@views
@states
def test_axe_finds_nothing(stage, state, size, scheme):
    look(state(stage.visitor(color_scheme=scheme, viewport=SIZES[size])))


@views
@states_with_purposes
def test_axe_finds_nothing_where_videos_and_chats_wait(gated, state, size, scheme):
    page = state(gated.visitor(color_scheme=scheme, viewport=SIZES[size]))
    expect(page.locator("consent-placeholder")).to_have_count(0 if state is accepted else 1)
    look(page)


def look_at_all(page):
    for size, scheme in VIEWS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(SIZES[size])
        look(page)


def look(page):
    assert violations(page, "consent-notice", "consent-placeholder") == []


def test_a_text_that_is_scrolled_can_be_read_by_keyboard(stage):
    stage.publish(details="Word by word. " * 100)
    page = stage.visitor(viewport={"width": 320, "height": 256}).opens()
    has_come_to_rest(page)
    page.keyboard.press("Tab")
    # At the end of the text, whose keys scroll the text from there.
    expect(notice(page).get_by_role("link", name="What is counted?")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Home")
    wait_for(page, "document.querySelector('consent-notice div div').scrollTop === 0")
    page.keyboard.press("End")
    wait_for(page, "document.querySelector('consent-notice div div').scrollTop > 0")
    page.keyboard.press("Tab")
    expect(button(page, "Accept all")).to_be_focused()
