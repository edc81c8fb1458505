"""Videos, chats and the like are chosen each by itself, and nothing of that choice leaves the browser."""

import pytest
from playwright.sync_api import expect

from consent_service.domain.notice.wording import SHIPPED, changed, texts_in
from tests.e2e.snippet.visitor import accept, button, change, control, has_come_to_rest, notice, settle, stored
from tests.e2e.snippet.waiting import film, placeholder, press, ran, reload_all, settle_scripts

ALLOWED = "(JSON.parse(localStorage.getItem('consent-purposes')) || [])[1]"


def do_without_videos(page):
    """Open the second layer once there is a choice, and take the videos out of it."""
    control(page).click()
    button(page, "Choose one by one").click()
    notice(page).get_by_role("checkbox", name="Videos").uncheck()
    button(page, "Save choice").click()


def test_always_is_kept_by_the_quarter_and_holds_on_the_next_page(embedding, visitor):
    page = visitor.opens()
    press(page, "Always allow")
    expect(film(page)).to_be_visible()
    assert page.evaluate(ALLOWED) == {"video": "2026Q4"}
    page.reload()
    expect(film(page)).to_be_visible()
    expect(button(page, "Accept all")).to_be_visible()
    embedding.later(days=190)
    page.reload()
    expect(placeholder(page)).to_be_visible()
    assert stored(page)["local"] == []


def test_one_that_is_allowed_later_leaves_the_others_as_they_were(embedding, visitor):
    page = visitor.opens()
    press(page, "Always allow", "Chat")
    embedding.later(days=60)
    page.reload()
    press(page, "Always allow")
    assert page.evaluate(ALLOWED) == {"chat": "2026Q4", "video": "2027Q1"}


def test_nothing_of_these_choices_is_sent(embedding, visitor):
    page = visitor.opens()
    press(page, "Always allow")
    accept(page)
    settle(page)
    embedding.arrive()
    assert [request.path for request in embedding.recorder.requests] == [embedding.script_path, "/consent", "/hit"]
    assert not any("video" in request.body + str(request.headers) for request in embedding.recorder.requests)
    assert set(visitor.cookies()) == {"consent"}


def test_accepting_everything_covers_what_the_first_layer_names(embedding, visitor):
    page = visitor.opens()
    expect(notice(page)).to_contain_text("Count my visits · Videos · Chat")
    accept(page)
    expect(film(page)).to_be_visible()
    settle_scripts(page)
    assert page.evaluate("['video', 'chat', 'map'].map(consent.allows)") == [True, True, False]


def test_refusing_everything_leaves_all_of_it_waiting(embedding, visitor):
    page = visitor.opens()
    button(page, "Reject all").click()
    expect(control(page)).to_be_visible()
    expect(placeholder(page)).to_be_visible()
    assert stored(page)["local"] == []


def test_withdrawing_takes_frames_away_again_in_every_tab(embedding, visitor):
    first, second = visitor.opens(), visitor.opens("/two")
    accept(first)
    expect(film(second)).to_be_visible()
    change(first, "Withdraw consent")
    for page in (first, second):
        expect(placeholder(page)).to_be_visible()
        expect(page.locator("iframe[src]")).to_have_count(0)
        assert stored(page)["local"] == []


def test_in_the_second_layer_each_is_chosen_by_itself_and_none_is_ticked_beforehand(embedding, visitor):
    page = visitor.opens()
    button(page, "Choose one by one").click()
    boxes = notice(page).get_by_role("checkbox")
    assert [box.is_checked() for box in boxes.all()] == [False, False, False]
    expect(boxes.first).to_be_focused()
    for name in ("Accept all", "Reject all", "Save choice"):
        expect(button(page, name)).to_be_visible()
    notice(page).get_by_role("checkbox", name="Videos").check()
    button(page, "Save choice").click()
    expect(film(page)).to_be_visible()
    expect(placeholder(page, "Chat")).to_be_visible()
    assert visitor.cookies() == {"refused": "2026Q4"}
    assert visitor.hits == []


@pytest.mark.parametrize(("width", "height"), [(320, 256), (360, 640), (1280, 800)])
@pytest.mark.parametrize("layer", [1, 2])
def test_all_three_buttons_are_alike_and_stay_in_view(embedding, width, height, layer):
    page = embedding.visitor(viewport={"width": width, "height": height}).opens()
    if layer == 2:
        button(page, "Choose one by one").click()
    names = ["Accept all", "Reject all", "Choose one by one" if layer == 1 else "Save choice"]
    boxes = [button(page, name).bounding_box() for name in names]
    assert len({(round(box["width"]), box["height"], box["y"]) for box in boxes}) == 1
    for name in names:
        expect(button(page, name)).to_be_in_viewport(ratio=1)


def test_every_box_can_be_reached_and_ticked_by_keyboard(embedding, visitor):
    page = visitor.opens()
    has_come_to_rest(page)
    for _ in range(4):  # the link, and three buttons
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(4):
        page.keyboard.press("Tab")
    expect(button(page, "Save choice")).to_be_focused()
    page.keyboard.press("Enter")
    expect(film(page)).to_be_visible()


def test_the_second_layer_shows_what_holds_and_can_leave_counting_as_it_is(embedding, visitor):
    page = accept(visitor.opens())
    control(page).click()
    button(page, "Choose one by one").click()
    boxes = notice(page).get_by_role("checkbox")
    assert [box.is_checked() for box in boxes.all()] == [True, True, True]
    notice(page).get_by_role("checkbox", name="Videos").uncheck()
    button(page, "Save choice").click()
    expect(placeholder(page)).to_be_visible()
    assert page.evaluate("consent.status()") == "accepted"
    assert page.evaluate(ALLOWED) == {"chat": "2026Q4"}


def test_counting_alone_can_be_chosen(embedding, visitor):
    page = visitor.opens()
    button(page, "Choose one by one").click()
    notice(page).get_by_role("checkbox", name="Count my visits").check()
    button(page, "Save choice").click()
    expect(control(page)).to_be_visible()
    settle(page)
    assert visitor.viewed() == ["/"]
    expect(placeholder(page)).to_be_visible()
    assert page.evaluate(ALLOWED) is None
    assert ran(page) == []
    assert not {"/video", "/chat.js"} & set(embedding.pages.asked)


def test_saving_leaves_a_film_that_stays_allowed_as_it_is(embedding, visitor):
    page = visitor.opens()
    press(page, "Always allow")
    expect(film(page)).to_be_visible()
    button(page, "Choose one by one").click()
    button(page, "Save choice").click()
    expect(control(page)).to_be_visible()
    expect(film(page)).to_be_visible()
    assert embedding.pages.asked.count("/video") == 1


def test_what_was_allowed_in_its_place_ends_with_the_second_layer(embedding, visitor):
    page = accept(visitor.opens())
    do_without_videos(page)
    press(page, "Always allow")
    do_without_videos(page)
    expect(placeholder(page)).to_be_visible()
    expect(page.locator("iframe[src]")).to_have_count(0)


def test_what_was_let_through_once_in_one_tab_ends_with_a_withdrawal_in_another(embedding, visitor):
    first = accept(visitor.opens())
    do_without_videos(first)
    second = visitor.opens("/two")
    press(second, "Allow once")
    expect(film(second)).to_be_visible()
    change(first, "Withdraw consent")
    expect(placeholder(second)).to_be_visible()


def test_a_choice_is_good_for_the_notice_under_which_it_was_made(embedding, visitor):
    page = visitor.opens()
    press(page, "Always allow")
    embedding.publish(texts=changed(embedding.texts, {"en": {"purpose:video": "Videos and advertising"}}))
    reload_all(page)
    expect(placeholder(page, "Videos and advertising: A film")).to_be_visible()
    assert page.evaluate("consent.allows('video')") is False


def test_a_site_that_has_given_up_its_purposes_leaves_nothing_of_them(embedding, visitor):
    page = visitor.opens()
    press(page, "Always allow")
    embedding.publish(texts=texts_in(["en"]))
    reload_all(page)
    expect(button(page, "Reject all")).to_be_visible()
    expect(button(page, "Choose one by one")).to_have_count(0)
    button(page, "Reject all").click()
    expect(control(page)).to_be_visible()
    assert stored(page)["local"] == []
    expect(page.locator("iframe[src]")).to_have_count(0)


def test_global_privacy_control_refuses_always_and_leaves_once(embedding, visitor):
    visitor.where("Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })")
    page = visitor.opens()
    expect(notice(page)).to_have_count(0)
    expect(placeholder(page).get_by_role("button")).to_have_text(["Allow once"])
    press(page, "Allow once")
    expect(film(page)).to_be_visible()
    assert page.evaluate("consent.allows('video')") is False
    assert stored(page)["local"] == []


def test_the_page_is_told_of_each_change(embedding, visitor):
    visitor.where("window.said = []; addEventListener('consent:purposes', ({ detail }) => said.push(detail))")
    page = visitor.opens()
    press(page, "Always allow")
    accept(page)
    change(page, "Withdraw consent")
    assert page.evaluate("said") == [["video"], ["video", "chat"], []]


@pytest.mark.parametrize("language", ["de", "el", "ar"])
def test_of_many_languages_placeholders_speak_the_pages(embedding, visitor, language):
    embedding.publish(texts=texts_in(list(SHIPPED), ["video", "chat"]))
    embedding.pages.language = language
    page = visitor.opens()
    words = SHIPPED[language]
    offered = placeholder(page, words["purpose:video"] + ": A film").get_by_role("button")
    expect(offered).to_have_text([words["once"], words["always"]])
    expect(button(page, words["choose"])).to_be_visible()


def test_where_storage_is_off_a_choice_holds_for_the_page(embedding, visitor):
    visitor.where("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no'); } })")
    page = visitor.opens()
    press(page, "Always allow")
    expect(film(page)).to_be_visible()
    assert page.evaluate("consent.allows('video')") is True


def test_a_site_without_purposes_loads_nothing_of_it(stage, visitor):
    page = visitor.opens()
    expect(button(page, "Choose one by one")).to_have_count(0)
    assert page.evaluate("consent.allows") is None
