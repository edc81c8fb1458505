"""Videos, chats and the like wait for a choice of their own, and nothing of that choice leaves the browser."""

import pytest
from playwright.sync_api import expect

from consent_service.domain.wording import SHIPPED, SHIPPED_LAYER, texts_in
from tests.e2e.snippet.visitor import accept, button, change, control, notice, settle, stored

STRICT_POLICY = (
    "default-src 'none'; frame-src *; style-src 'none'; connect-src {service}; script-src {service} 'nonce-abc'; "
    "require-trusted-types-for 'script'"
)
ALLOWED = "localStorage.getItem('consent-purposes')"


@pytest.fixture
def embedding(stage):
    """A site with a video of another host in a frame, a chat, and another frame without a purpose of its own."""
    stage.publish(texts=texts_in(["en", "de"], ["video", "chat"]))
    stage.pages.files = {
        "/video": "<!doctype html><title>A film</title><p>a film</p>",
        "/chat.js": "(window.ran = window.ran || []).push('chat.js')",
    }
    port = stage.site.rpartition(":")[2]
    stage.pages.video = f"http://video.localhost:{port}"
    stage.pages.body = f"""<main>
<iframe title='A film' width='480' height='270' data-consent='video' data-src='{stage.pages.video}/video'></iframe>
<p id='after'>after</p></main>
<script type='text/plain' data-consent='chat' src='/chat.js' nonce='abc'></script>
<script type='text/plain' data-consent='chat' nonce='abc'>(window.ran = window.ran || []).push('inline')</script>"""
    return stage


def placeholder(page, label="Videos"):
    return page.get_by_role("group", name=label, exact=True)


def press(page, name, label="Videos"):
    placeholder(page, label).get_by_role("button", name=name, exact=True).click()


def film(page):
    return page.frame_locator("iframe[title='A film']").get_by_text("a film")


def ran(page):
    return page.evaluate("window.ran || []")


def settle_scripts(page):
    page.wait_for_function("(window.ran || []).length === 2")


def test_before_a_choice_nothing_of_it_is_asked_for(embedding, visitor):
    page = visitor.opens()
    host = embedding.pages.video.removeprefix("http://")
    expect(placeholder(page)).to_contain_text(f"Content from {host} is loaded only if you allow it.")
    expect(placeholder(page, "Chat")).to_have_count(1)
    settle(page)
    assert set(embedding.pages.asked) == {"/", "/favicon.ico", "/settled"}
    assert (ran(page), stored(page)["local"]) == ([], [])
    assert page.evaluate("document.querySelector('iframe').hasAttribute('src')") is False


def test_once_is_this_frame_on_this_page_and_stores_nothing(embedding, visitor):
    page = visitor.opens()
    press(page, "Allow once")
    expect(film(page)).to_be_visible()
    expect(placeholder(page)).to_have_count(0)
    expect(placeholder(page, "Chat")).to_have_count(1)
    assert page.evaluate("document.activeElement.title") == "A film"
    assert (stored(page)["local"], visitor.cookies()) == ([], {})
    page.reload()
    expect(placeholder(page)).to_be_visible()


def test_always_is_kept_by_the_quarter_and_holds_on_the_next_page(embedding, visitor):
    page = visitor.opens()
    press(page, "Always allow")
    expect(film(page)).to_be_visible()
    assert page.evaluate(ALLOWED) == '{"video":"2026Q4"}'
    page.reload()
    expect(film(page)).to_be_visible()
    expect(button(page, "Accept all")).to_be_visible()
    embedding.later(days=190)
    page.reload()
    expect(placeholder(page)).to_be_visible()


def test_nothing_of_these_choices_is_sent(embedding, visitor):
    page = visitor.opens()
    press(page, "Always allow")
    accept(page)
    settle(page)
    embedding.arrive()
    assert [request.path for request in embedding.recorder.requests] == [embedding.script_path, "/consent", "/hit"]
    assert not any("video" in request.body + str(request.headers) for request in embedding.recorder.requests)
    assert set(visitor.cookies()) == {"consent"}


def test_scripts_run_in_their_order_once(embedding, visitor):
    page = visitor.opens()
    press(page, "Allow once", "Chat")
    settle_scripts(page)
    page.evaluate("document.body.append('another change')")
    settle(page)
    assert ran(page) == ["chat.js", "inline"]
    expect(placeholder(page, "Chat")).to_have_count(0)


def test_a_strict_policy_and_trusted_types_are_kept(embedding, visitor):
    embedding.pages.headers = {"Content-Security-Policy": STRICT_POLICY.format(service=embedding.service)}
    said = []
    page = visitor.context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.goto(embedding.site + "/")
    press(page, "Allow once", "Chat")
    settle_scripts(page)
    press(page, "Allow once")
    expect(film(page)).to_be_visible()
    assert said == []
    assert visitor.errors == []


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
    change(first, "Withdraw")
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
    for _ in range(3):
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
    assert page.evaluate(ALLOWED) == '{"chat":"2026Q4"}'


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


def test_global_privacy_control_refuses_always_and_leaves_once(embedding, visitor):
    visitor.where("Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })")
    page = visitor.opens()
    expect(notice(page)).to_have_count(0)
    expect(placeholder(page).get_by_role("button")).to_have_text(["Allow once"])
    press(page, "Allow once")
    expect(film(page)).to_be_visible()
    assert page.evaluate("consent.allows('video')") is False
    assert stored(page)["local"] == []


def test_a_frame_that_comes_later_waits_too_and_one_that_goes_takes_its_placeholder_along(embedding, visitor):
    page = visitor.opens()
    expect(placeholder(page)).to_have_count(1)
    page.evaluate("document.querySelector('main').append(document.querySelector('iframe').cloneNode())")
    expect(placeholder(page)).to_have_count(2)
    page.evaluate("document.querySelector('iframe').remove()")
    expect(placeholder(page)).to_have_count(1)


def test_the_page_does_not_move_when_a_frame_comes(embedding, visitor):
    page = visitor.opens()
    expect(placeholder(page)).to_be_visible()
    before = page.locator("#after").bounding_box()
    press(page, "Allow once")
    expect(film(page)).to_be_visible()
    after = page.locator("#after").bounding_box()
    assert abs(after["y"] - before["y"]) < 10


def test_a_page_with_a_purpose_that_the_notice_does_not_have_is_told_so_and_it_stays_shut(embedding, visitor):
    embedding.pages.body = "<iframe data-consent='vidoe' data-src='/video'></iframe>"
    said = []
    page = visitor.context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.goto(embedding.site + "/")
    accept(page)
    settle(page)
    assert said == ['consent: the notice has no purpose "vidoe", only video,chat']
    assert "/video" not in embedding.pages.asked


def test_the_page_is_told_of_each_change(embedding, visitor):
    visitor.where("window.said = []; addEventListener('consent:purposes', ({ detail }) => said.push(detail))")
    page = visitor.opens()
    press(page, "Always allow")
    accept(page)
    change(page, "Withdraw")
    assert page.evaluate("said") == [["video"], ["video", "chat"], []]


@pytest.mark.parametrize("language", ["de", "el", "ar"])
def test_of_many_languages_placeholders_speak_the_pages(embedding, visitor, language):
    embedding.publish(texts=texts_in(list(SHIPPED), ["video", "chat"]))
    embedding.pages.language = language
    page = visitor.opens()
    words = SHIPPED_LAYER[language]
    offered = placeholder(page, words["purpose:video"]).get_by_role("button")
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
