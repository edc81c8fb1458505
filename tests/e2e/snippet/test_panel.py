"""How the notice looks and behaves on the page: equal buttons, keyboard, languages, contrast, small windows."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.snippet.stage import TEXTS
from tests.e2e.snippet.visitor import button, buttons, control, has_come_to_rest, notice

HOSTILE_STYLES = """
<style>
  button { color: lime !important; transition: all 2s !important }
  #page button:first-of-type, button:first-of-type { background: gold !important; padding: 40px !important }
  button:last-of-type { opacity: .2 !important; font-size: 7px !important; display: none !important }
  button:first-of-type::before { content: "best choice: " !important }
  div { display: none !important } * { letter-spacing: 3px !important } body { visibility: hidden }
</style>
"""

LOOKS = """button => {
    const { width, height, top } = button.getBoundingClientRect();
    const style = getComputedStyle(button);
    const shown = ["color", "backgroundColor", "fontSize", "fontWeight", "fontFamily", "opacity", "padding", "margin",
        "border", "letterSpacing", "textTransform", "visibility", "display", "transitionDuration"];
    return [width, height, top, getComputedStyle(button, "::before").content, ...shown.map((name) => style[name])];
}"""

GAPS = """() => {
    const box = (node) => node.getBoundingClientRect();
    const [one, two] = [...document.querySelectorAll("consent-notice div button")].map(box);
    const row = box(document.querySelector("consent-notice"));
    return [Math.round(one.left - row.left), Math.round(row.right - two.right)];
}"""

LAYOUT = "() => JSON.stringify([...document.querySelectorAll('main *')].map(node => node.getBoundingClientRect()))"

COLOURS = "node => { const { color, backgroundColor } = getComputedStyle(node); return [color, backgroundColor] }"


@pytest.mark.parametrize("head", ["", HOSTILE_STYLES], ids=["plain", "hostile"])
def test_accept_and_reject_look_alike_whatever_the_page_styles(stage, visitor, head):
    stage.pages.head = head
    page = visitor.opens()
    page.evaluate("document.body.id = 'page'")
    accept_looks, reject_looks = (button(page, name).evaluate(LOOKS) for name in ["Accept all", "Reject all"])
    assert accept_looks == reject_looks
    assert accept_looks[3:7] == ["none", "rgb(255, 255, 255)", "rgb(34, 68, 85)", "16px"]
    left, right = page.evaluate(GAPS)
    assert left == right


@pytest.mark.parametrize(("width", "height"), [(320, 256), (360, 640), (1280, 800)])
@pytest.mark.parametrize("choice", ["", "refused"])
def test_only_the_text_scrolls_and_the_buttons_stay_in_view(stage, width, height, choice):
    stage.publish(details=TEXTS["details"] * 4)
    visitor = stage.visitor(viewport={"width": width, "height": height})
    if choice:
        visitor.holding("refused", "2026Q4")
    page = visitor.opens()
    has_come_to_rest(page)  # a notice that is put back where the page ends begins at its top
    if choice:
        control(page).click()
    names = ["Accept all", "Reject all"] + (["Cookie choice", "Forget everything"] if choice else [])
    text = notice(page).locator("div div").first
    for end in [0, 10_000]:
        text.evaluate("(node, end) => { node.scrollTop = end }", end)
        for name in names:
            expect(button(page, name)).to_be_in_viewport(ratio=1)
    assert width > 1000 or text.evaluate("node => node.scrollTop") > 0
    assert notice(page).evaluate("host => host.scrollWidth === host.clientWidth")


def test_the_notice_takes_no_focus_and_moves_nothing_but_comes_first_in_the_tab_order(stage, visitor):
    stage.pages.script = ""
    stage.pages.body = "<input autofocus>" + stage.pages.body
    page = visitor.opens()
    before = page.evaluate(LAYOUT)
    page.add_script_tag(url=stage.pages.script_url)
    expect(button(page, "Accept all")).to_be_visible()
    assert page.evaluate("document.activeElement.tagName") == "INPUT"
    assert page.evaluate(LAYOUT) == before
    assert page.evaluate("scrollY") == 0
    has_come_to_rest(page)
    assert page.evaluate("document.activeElement.tagName") == "INPUT"
    assert page.evaluate(LAYOUT) == before


UNCOVERED = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
    const link = document.activeElement;
    const { x, y } = link.getBoundingClientRect();
    done(link.contains(document.elementFromPoint(x + 8, y + 8)));
})))"""


@pytest.mark.parametrize("size", [(1280, 800), (360, 640), (320, 256)], ids=["desktop", "phone", "400 percent"])
@pytest.mark.parametrize("choice", ["", "refused"])
def test_what_has_the_focus_is_not_under_the_notice(stage, size, choice, is_long):
    links = 40 if is_long else 24  # more than fit on any of the screens
    stage.pages.body = "".join(f"<p><a href='/{number}'>link {number}</a></p>" for number in range(links))
    visitor = stage.visitor(viewport={"width": size[0], "height": size[1]})
    if choice:
        visitor.holding("refused", "2026Q4")
    page = visitor.opens()
    buttons(page).first.wait_for(state="attached")
    page.locator("body a").first.focus()
    for key in ("Tab", "Shift+Tab"):
        for _ in range(links - 1):
            assert page.evaluate(UNCOVERED), page.evaluate("document.activeElement.textContent")
            page.keyboard.press(key)
    expect(page.locator("body a").first).to_be_focused()


def test_the_keyboard_alone_answers(visitor):
    page = visitor.opens()
    has_come_to_rest(page)
    page.keyboard.press("Tab")
    expect(notice(page).get_by_role("link", name="What is counted?")).to_be_focused()
    page.keyboard.press("Tab")
    expect(button(page, "Accept all")).to_be_focused()
    page.keyboard.press("Tab")
    expect(button(page, "Reject all")).to_be_focused()
    outline = button(page, "Reject all").evaluate("button => getComputedStyle(button).outline")
    assert outline == "rgb(255, 255, 255) solid 2px"
    page.keyboard.press("Enter")
    expect(control(page)).to_be_visible()
    assert visitor.cookies() == {"refused": "2026Q4"}


def test_the_notice_is_a_landmark_named_in_its_language(visitor):
    page = visitor.opens()
    expect(page.get_by_role("region", name="Cookie choice")).to_be_visible()
    expect(notice(page)).to_have_attribute("lang", "en")
    expect(notice(page)).to_have_attribute("dir", "auto")


@pytest.mark.parametrize(
    ("page_language", "reader", "shown"),
    [("de-AT", "fr", "de"), ("nl", "fr-CH", "fr"), ("", "de", "de"), ("nl", "nl", None)],
)
def test_the_language_is_the_pages_then_the_readers_then_the_first(stage, page_language, reader, shown):
    stage.publish({tag: {name: f"{tag} {text}" for name, text in TEXTS.items()} for tag in ("en", "de", "fr")})
    stage.pages.head = f"<script>document.documentElement.lang = '{page_language}'</script>"
    page = stage.visitor(locale=reader).opens()
    expect(notice(page)).to_have_attribute("lang", shown or next(iter(stage.notice["texts"])))


def test_right_to_left_texts_turn_the_notice_round(stage, visitor):
    stage.publish(notice="אנו משתמשים בעוגיות", choice="בחירה", accept="קבלה", reject="דחייה")
    page = visitor.opens()
    accept_box, reject_box = (button(page, name).bounding_box() for name in ["קבלה", "דחייה"])
    assert accept_box["x"] > reject_box["x"]


def channel(value):
    part = value / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def luminance(colour):
    red, green, blue = (channel(int(number)) for number in re.findall(r"\d+", colour)[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, two):
    """As WCAG 2.2 defines it."""
    dark, light = sorted([luminance(one), luminance(two)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("forced_colors", ["none", "active"])
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_text_and_buttons_have_enough_contrast_in_every_scheme(stage, color_scheme, forced_colors):
    page = stage.visitor(color_scheme=color_scheme, forced_colors=forced_colors).opens()
    host = notice(page).evaluate(COLOURS)
    accept_button = button(page, "Accept all").evaluate(COLOURS)
    assert contrast(*host) >= 7
    assert contrast(*accept_button) >= 7
    assert forced_colors == "active" or contrast(host[1], accept_button[1]) >= 3
    assert (color_scheme == "dark") == (luminance(host[1]) < 0.5)


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_nothing_moves(stage, motion):
    page = stage.visitor(reduced_motion=motion).opens()
    expect(notice(page)).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0


def test_the_notice_is_not_printed(visitor):
    page = visitor.opens()
    expect(notice(page)).to_be_visible()
    page.emulate_media(media="print")
    expect(notice(page)).to_be_hidden()


def test_names_on_the_page_are_none_that_filter_lists_hide(visitor):
    page = visitor.opens()
    expect(button(page, "Accept all")).to_be_visible()
    named = "host => [host, ...host.querySelectorAll('*')].filter((one) => one.id || one.className || one.style.length)"
    assert notice(page).evaluate(named) == []


def test_it_is_not_moved_from_under_hands(visitor):
    visitor.where("""
        window.later = [];
        const original = setTimeout;
        setTimeout = (work, time, ...values) =>
            time === 1000 ? later.push(() => work(...values)) : original(work, time);
    """)
    page = visitor.opens()
    button(page, "Reject all").focus()
    page.evaluate("later.splice(0).forEach((work) => work())")
    expect(button(page, "Reject all")).to_be_focused()
    button(page, "Reject all").blur()
    page.evaluate("later.splice(0).forEach((work) => work())")
    has_come_to_rest(page)


def test_the_control_is_off_the_last_lines_at_the_end_of_a_page_and_off_the_first_at_its_beginning(stage):
    stage.pages.body = "<p>line</p>" * 60
    page = stage.visitor().holding("refused", "2026Q4").opens()
    has_come_to_rest(page)

    def edge():
        box = control(page).bounding_box()
        return "top" if box["y"] < 360 else "bottom"

    assert edge() == "bottom"
    for end, expected in [("document.body.scrollHeight", "top"), ("100", "top"), ("0", "bottom"), ("100", "bottom")]:
        page.evaluate(f"scrollTo(0, {end})")
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert edge() == expected, end
