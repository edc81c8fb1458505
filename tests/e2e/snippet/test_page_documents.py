"""Pages that wrap the history, style their children or bring sheets and dialogs: the notice stands above it all."""

import json

import pytest
from playwright.sync_api import expect

from tests.e2e.snippet.visitor import accept, button, control, has_come_to_rest, navigate, notice, settle

WRAPPED = """<script>
    const { pushState } = history;
    history.pushState = function (...values) { return pushState.apply(this, values) };
</script>"""


def test_routes_are_counted_where_another_script_has_wrapped_the_history_before(stage, visitor):
    stage.pages.head = WRAPPED
    page = accept(visitor.opens("/one"))
    navigate(page, "/two")
    settle(page)
    assert visitor.viewed() == ["/one", "/two"]


INTERCEPTED = """<script>
    navigation.addEventListener("navigate", (event) => event.canIntercept && event.intercept({
        handler: async () => (document.querySelector("h1").textContent = location.pathname) }));
</script>"""


def test_routes_of_the_navigation_api_are_counted(stage, visitor):
    stage.pages.head = INTERCEPTED
    page = accept(visitor.opens("/one"))
    for path in ("/next", "/three"):
        page.evaluate("path => navigation.navigate(path).finished.then(() => null)", path)
    page.evaluate("navigation.back().finished.then(() => null)")
    page.evaluate("navigation.navigate('/four', { history: 'replace' }).finished.then(() => null)")
    page.evaluate("navigation.navigate('/four#part').finished.then(() => null)")
    settle(page)
    assert visitor.viewed() == ["/one", "/next", "/three", "/next", "/four"]


OWN_BLOCK = [
    "filter: brightness(1)",
    "transform: translateX(0)",
    "perspective: 100px",
    "backdrop-filter: blur(1px)",
    "will-change: transform",
    "contain: paint",
    "contain: layout",
]
BOXES = """(host, style) => {
    const boxes = [];
    for (const root of [document.body, document.documentElement]) {
        root.style.cssText = style;
        for (const top of [0, 900]) {
            scrollTo(0, top);
            const { y, bottom } = host.getBoundingClientRect();
            boxes.push(y >= 0 && bottom > y && bottom <= innerHeight);
        }
        root.style.cssText = "";
    }
    return boxes;
}"""


def test_the_notice_stands_in_the_window_whatever_block_the_body_contains_it_in(stage):
    stage.pages.body += "<div style='height: 2800px'></div>"
    visitor = stage.visitor(viewport={"width": 1000, "height": 700})
    page = visitor.opens()
    expect(button(page, "Accept all")).to_be_visible()
    within = {style: notice(page).evaluate(BOXES, style) for style in OWN_BLOCK}
    assert within == dict.fromkeys(OWN_BLOCK, [True] * 4)
    page.add_style_tag(content="body { filter: brightness(1); will-change: transform }")
    accept(page)
    settle(page)
    assert notice(page).evaluate(BOXES, "transform: translateX(0)") == [True] * 4


COUNTING = {
    "each but the first": "body > * + * { margin-top: 42px }",
    "space-y of Tailwind 3": "body > :not([hidden]) ~ :not([hidden]) { margin-top: 1rem }",
    "space-y of Tailwind 4": "body > :not(:last-child) { margin-block-end: 1rem }",
    "first": "body > :first-child { margin-top: 42px }",
    "last": "body > :last-child { padding: 20px }",
    "odd": "body > :nth-child(odd) { padding: 20px }",
    "odd from the end": "body > :nth-last-child(odd) { padding: 20px }",
    "grid": "body { display: grid; gap: 20px; grid-auto-rows: 1fr }",
}
# Where each element of the page is under each style.
MEASURE = """<style></style><script>
    const measure = () => Object.fromEntries(Object.entries(STYLES).map(([name, style]) => {
        document.querySelector("style").textContent = style;
        const boxes = [...document.querySelectorAll("html, body, main, h1, section, footer")];
        return [name, boxes.map((one) => JSON.stringify(one.getBoundingClientRect()))];
    }));
</script>""".replace("STYLES", json.dumps(COUNTING))


def test_no_element_of_the_page_moves_under_styles_that_count_children(stage, visitor):
    stage.pages.head = MEASURE
    stage.pages.body = "<main><h1>A page</h1></main><section>two</section><footer>three</footer>"
    with_script, stage.pages.script = stage.pages.script, ""
    before = visitor.opens().evaluate("measure()")
    stage.pages.script = with_script
    page = visitor.opens()
    expect(button(page, "Accept all")).to_be_visible()
    counted_from_the_start = before.keys() - {"last", "odd from the end", "space-y of Tailwind 4"}
    present = page.evaluate("measure()")
    assert {name: present[name] for name in counted_from_the_start} == {
        name: before[name] for name in counted_from_the_start
    }
    has_come_to_rest(page)
    assert page.evaluate("measure()") == before
    accept(page)
    assert page.evaluate("measure()") == before


def test_the_notice_keeps_its_styles_where_the_page_sets_sheets_of_its_own(stage, visitor):
    page = visitor.opens()
    expect(button(page, "Accept all")).to_be_visible()
    page.evaluate("""
        const sheet = new CSSStyleSheet();
        sheet.replaceSync("h1 { color: rgb(1, 2, 3) }");
        document.adoptedStyleSheets = [sheet];
    """)
    style = "([host]) => [getComputedStyle(host).position, getComputedStyle(host).display]"
    assert notice(page).evaluate_all(style) == ["fixed", "flex"]
    accept(page)
    assert notice(page).evaluate_all(style) == ["fixed", "flex"]
    assert page.locator("h1").evaluate("title => getComputedStyle(title).color") == "rgb(1, 2, 3)"


@pytest.mark.parametrize("line", ["", "defer"], ids=["before the body", "deferred"])
def test_the_notice_can_be_pressed_once_a_modal_dialog_has_closed(stage, visitor, line):
    stage.pages.script = f'<script src="{{script}}" {line}></script>'
    stage.pages.body += """
        <dialog><p>Are you of age?</p><button onclick="this.parentNode.close()">I am</button></dialog>
        <script>document.querySelector("dialog").showModal()</script>"""
    page = visitor.opens()
    expect(notice(page)).to_have_count(1)
    page.get_by_role("button", name="I am").click()
    settle(accept(page))
    assert visitor.viewed() == ["/"]


def test_a_dead_copy_in_the_page_gives_way_to_the_one_that_works(stage, visitor):
    """A crawler, an optimiser or a cache has kept the page as it stood in a browser."""
    page = visitor.opens()
    expect(button(page, "Accept all")).to_be_visible()
    stage.pages.body += notice(page).evaluate("host => host.outerHTML")
    visitor = stage.visitor()
    page = visitor.opens()
    expect(notice(page)).to_be_visible()
    dead = page.locator("consent-notice:not(:popover-open)")
    expect(dead).to_have_count(1)
    expect(dead).to_be_hidden()
    settle(accept(page))
    expect(control(page)).to_be_visible()
    expect(dead).to_be_hidden()
    assert visitor.viewed() == ["/"]
