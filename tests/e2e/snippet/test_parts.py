"""What only some sites count: events, links, downloads, engaged time, vitals. Pages not found: `test_missing`."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from consent_service.domain.counting.dimensions import DEFAULT
from consent_service.domain.snippet.theme import read_theme
from consent_service.snippet.build import PARTS, built
from consent_service.snippet.lines import TOLD_FIRST, lines
from tests.e2e.service import wait_for
from tests.e2e.snippet.visitor import (
    FIRST_TOUCH,
    NEW_VISITOR,
    accept,
    button,
    change,
    control,
    notice,
    settle,
)

WEB_VITALS = Path(__file__).parents[3] / "node_modules/web-vitals/dist/web-vitals.iife.js"

DEEDS = ("event", "outbound", "download")

BODY = """<main><h1>A page</h1>
<a id="out" href="https://elsewhere.example/path?query#fragment">out</a>
<a id="mail" href="mailto:someone@elsewhere.example">mail</a>
<a id="within" href="/within">within</a>
<a id="report" href="/files/report.PDF?for=you">report</a>
<a id="named" href="/files/list" download><b>list</b></a></main>
<script>addEventListener("click", (event) => event.target.closest("a") && event.preventDefault())</script>"""

AT_WILL = "window.time = 0; performance.now = () => time"
"""The clock of engaged time stands still until a test moves it."""


def settled(page):
    """Returns when what follows on a view is sent too."""
    settle(page)
    settle(page)


def deeds(visitor):
    return [hit for hit in visitor.hits if hit["e"] != "view"]


@pytest.fixture
def declared(stage):
    stage.found(dimensions=(*DEFAULT, *DEEDS, "engagement"), events=("sign-up", "donate"))
    stage.pages.body = BODY
    return stage


def test_links_to_other_sites_and_downloads_are_counted_by_host_and_path_alone(declared, visitor):
    page = accept(visitor.opens())
    settled(page)
    for name in ("out", "out", "mail", "within", "report", "named"):
        page.locator(f"#{name}").click()
        settled(page)
    page.locator("#out").click(button="middle")
    page.locator("#out").click(button="right")
    settled(page)
    assert [(hit["e"], hit["n"], hit["f"]) for hit in deeds(visitor)] == [
        ("outbound", "elsewhere.example", NEW_VISITOR | FIRST_TOUCH),
        ("outbound", "elsewhere.example", NEW_VISITOR),
        ("download", "/files/report.PDF", NEW_VISITOR | FIRST_TOUCH),
        ("download", "/files/list", NEW_VISITOR | FIRST_TOUCH),
        ("outbound", "elsewhere.example", NEW_VISITOR),
    ]


def test_declared_events_are_counted_by_their_name(declared, visitor):
    page = accept(visitor.opens())
    page.evaluate("consent.event('donate'); consent.event('donate'); consent.event('anything'); consent.event()")
    settled(page)
    assert [(hit["e"], hit["n"], hit["f"]) for hit in deeds(visitor)] == [
        ("event", "donate", NEW_VISITOR | FIRST_TOUCH),
        ("event", "donate", NEW_VISITOR),
    ]


def test_what_the_browser_sends_is_what_the_service_counts(declared, visitor):
    page = accept(visitor.opens())
    page.evaluate("consent.event('donate')")
    page.locator("#out").click()
    page.locator("#report").click()
    settled(page)
    counted = declared.pending("2026-11")
    assert counted["event"] == {"donate": [1, 1, 1, 0, 0]}
    assert counted["outbound"] == {"elsewhere.example": [1, 1, 1, 0, 0]}
    assert counted["download"] == {"/files/report.PDF": [1, 1, 1, 0, 0]}


def test_nothing_of_all_this_is_sent_without_a_yes_or_after_a_withdrawal(declared, visitor):
    page = visitor.where(AT_WILL).opens()
    page.evaluate("consent.event('donate'); time += 20000")
    page.locator("#out").click()
    accept(page)
    settled(page)
    change(page, "Withdraw consent")
    page.evaluate("consent.event('donate'); time += 20000")
    page.locator("#out").click()
    page.goto("about:blank")
    assert deeds(visitor) == []


def reports(stage, kind, number=1):
    """What was sent as pages were left, as it came: it is no request of a page any more."""
    stage.recorder.wait(lambda: len([hit for hit in stage.hits if hit["e"] == kind]) >= number)
    return [hit for hit in stage.hits if hit["e"] == kind]


def engaged(stage, number=1):
    return [(hit["v"], hit["f"]) for hit in reports(stage, "engaged", number)]


def test_time_in_which_somebody_is_there_is_sent_when_the_page_is_left(declared, visitor):
    page = accept(visitor.where(AT_WILL).opens())
    settled(page)
    for pause in (4_000, 29_000, 31_000, 2_500):  # of which the third is an absence
        page.evaluate("pause => { time += pause }", pause)
        page.keyboard.press("ArrowDown")
    settled(page)
    page.goto("about:blank")
    assert engaged(declared) == [(35, NEW_VISITOR | FIRST_TOUCH)]


def test_a_page_that_is_left_without_a_yes_is_not_disturbed(declared, visitor):
    page = visitor.where(AT_WILL).opens()
    page.evaluate("time += 3000")
    page.goto("about:blank")
    settled(visitor.opens())
    assert visitor.errors == []
    assert visitor.cookies() == {}


def test_two_tabs_opened_at_once_are_one_visitor_with_engaged_time(declared, visitor):
    visitor.where(AT_WILL)
    page = accept(visitor.opens())
    settled(page)
    declared.later(minutes=31)  # another visit, which both tabs begin
    page.evaluate("open('/a'), open('/b')")
    declared.recorder.wait(lambda: len([hit for hit in declared.hits if hit["e"] == "view"]) == 3)
    settled(page)  # and hear of both
    _, *tabs = visitor.context.pages
    assert len(tabs) == 2
    for tab in tabs:
        settled(tab)
        tab.evaluate("time += 3000")
    for tab in tabs:
        tab.goto("about:blank")
    assert sorted(flags & FIRST_TOUCH for _, flags in engaged(declared, 2)) == [0, FIRST_TOUCH]


def test_time_before_the_yes_is_not_counted(declared, visitor):
    page = visitor.where(AT_WILL).opens()
    page.evaluate("time += 20000")
    accept(page)
    settled(page)
    page.evaluate("time += 3000")
    page.goto("about:blank")
    assert engaged(declared) == [(3, NEW_VISITOR | FIRST_TOUCH)]


def test_of_two_pages_of_a_visit_the_first_report_alone_is_one_more_visitor(declared, visitor):
    visitor.where(AT_WILL)
    first, second = (visitor.opens(path) for path in ("/a", "/b"))
    accept(first)
    settled(first)
    second.reload()
    settled(second)
    for page in (first, second):
        page.evaluate("time += 3000")
        page.goto("about:blank")
    assert sorted(flags & FIRST_TOUCH for _, flags in engaged(declared, 2)) == [0, FIRST_TOUCH]
    assert declared.pending("2026-11")["engagement"][""][-1] == 6


@pytest.mark.whole_browser
def test_a_page_that_reports_its_time_comes_back_whole(declared, visitor):
    page = accept(visitor.where(AT_WILL).opens())
    settled(page)
    page.evaluate("time += 3000; window.mark = 1")
    page.goto(declared.site + "/next")
    page.go_back(wait_until="commit")  # what comes back whole does not load again
    wait_for(page, "window.mark === 1")


SHIFTING = """<main><h1 id="top">A page</h1><p>Words.</p><button id="slow">slow</button></main><script>
    slow.onclick = () => { const end = performance.now() + 60; while (performance.now() < end); };
    setTimeout(() => top.before(Object.assign(document.createElement("div"), { style: "height:150px" })), 700);
</script>"""


def test_vitals_are_those_of_the_web_vitals_library(stage):
    visitor = stage.visitor(own_clock=True)
    stage.found(dimensions=(*DEFAULT, "lcp", "inp", "cls"))
    stage.pages.body = SHIFTING.replace("top.before", "document.getElementById('top').before")
    page = visitor.opens()
    page.add_script_tag(path=WEB_VITALS)
    page.evaluate("""() => {
        window.own = {};
        for (const name of ["LCP", "INP", "CLS"]) {
            const keep = ({ value }) => { own[name.toLowerCase()] = value; localStorage.own = JSON.stringify(own); };
            webVitals["on" + name](keep, { reportAllChanges: true });
        }
    }""")
    wait_for(page, "own.cls > 0")  # what shifts after a click does not count
    accept(page)
    page.locator("#slow").click()
    wait_for(page, "own.inp > 50 && own.lcp > 0")
    settled(page)
    page.goto("about:blank")
    sent = {hit["n"]: hit["v"] for hit in reports(stage, "vitals", 3)}
    assert sent.keys() == {"lcp", "inp", "cls"}
    # As the library has them once the page is left: while it is there it tells of them when the browser is idle.
    assert sent == pytest.approx(json.loads(visitor.local_storage()["own"]))


def test_vitals_are_sent_once_in_a_visit(stage):
    visitor = stage.visitor(own_clock=True)
    stage.found(dimensions=(*DEFAULT, "lcp"))
    page = accept(visitor.opens())
    settled(page)
    for path in ("/two", "/three"):
        page.goto(stage.site + path)
        settled(page)
    page.goto("about:blank")
    assert [hit["n"] for hit in reports(stage, "vitals")] == ["lcp"]


@pytest.mark.parametrize("part", list(PARTS))
def test_no_part_is_in_the_script_of_a_site_that_does_not_use_it(stage, part):
    script = stage.world.client.get(stage.script_path).get_data(as_text=True)
    assert built(f"parts/{part}.min.js") not in script


def test_a_router_that_keeps_the_path_in_the_fragment_is_followed_where_the_site_says_so(stage, visitor):
    stage.option(routes="hash")
    page = accept(visitor.opens("/app/#/inbox?sort=new"))
    page.evaluate("location.hash = '#!/sent'")
    settled(page)
    page.evaluate("location.hash = '#top'")
    settled(page)
    assert visitor.viewed() == ["/app/inbox", "/app/sent", "/app"]


def test_do_not_track_may_be_asked_in_spite_of(stage, visitor):
    stage.option(do_not_track="ask")
    page = visitor.where("Object.defineProperty(Navigator.prototype, 'doNotTrack', { get: () => '1' })").opens()
    expect(button(page, "Accept all")).to_be_visible()
    accept(page)
    expect(control(page)).to_be_visible()


def test_googles_tags_are_told_of_the_choice_where_the_site_says_so(stage, visitor):
    stage.option(consent_mode=True)
    page = visitor.opens()
    told = "dataLayer.map(([, command, { analytics_storage }]) => `${command} ${analytics_storage}`)"
    assert page.evaluate(told) == ["default denied", "update denied"]
    accept(page)
    change(page, "Withdraw consent")
    assert page.evaluate(told)[2:] == ["update granted", "update denied"]
    assert page.evaluate("dataLayer[0][2].ad_storage") == "denied"


GOOGLE = "<script>gtag('js', new Date()); gtag('config', 'G-1')</script>"

READ_IN_ORDER = """(() => {
    const state = {}, atConfig = [];
    for (const { 0: command, 1: action, 2: storage } of dataLayer) {
        if (command === "consent") Object.assign(state, storage);
        if (command === "config") atConfig.push({ ...state });
    }
    return [atConfig, state];
})()"""
"""What Google's tags make of the queue: they read it in order, so that what is said after `config` comes too late."""


def test_the_line_for_the_head_is_told_to_googles_tags_before_they_act_and_once(stage, visitor):
    stage.option(consent_mode=True)
    stage.pages.head = f"<script>{TOLD_FIRST}</script>{GOOGLE}"
    page = visitor.opens()
    expect(button(page, "Accept all")).to_be_visible()
    (at_config,), now = page.evaluate(READ_IN_ORDER)
    denied = dict.fromkeys(("ad_storage", "ad_user_data", "ad_personalization", "analytics_storage"), "denied")
    assert {**at_config, **denied} == at_config
    assert {**now, **denied} == now
    assert page.evaluate("dataLayer.filter(({ 1: action }) => action === 'default').length") == 1


def test_who_accepted_before_is_denied_by_the_head_and_granted_by_the_script(stage, visitor):
    stage.option(consent_mode=True)
    stage.pages.head = f"<script>{TOLD_FIRST}</script>{GOOGLE}"
    accept(visitor.opens())
    page = visitor.opens("/next")
    expect(control(page)).to_be_visible()
    (at_config,), now = page.evaluate(READ_IN_ORDER)
    assert (at_config["analytics_storage"], at_config["wait_for_update"]) == ("denied", 500)
    assert (now["analytics_storage"], now["ad_storage"]) == ("granted", "denied")


def test_no_choice_of_ours_takes_back_what_another_banner_has_been_allowed(stage, visitor):
    stage.option(consent_mode=True)
    allow = "gtag('consent', 'update', {ad_storage: 'granted', ad_user_data: 'granted', ad_personalization: 'granted'})"
    stage.pages.head = f"<script>{TOLD_FIRST};{allow}</script>{GOOGLE}"
    page = accept(visitor.opens())
    change(page, "Withdraw consent")
    _, now = page.evaluate(READ_IN_ORDER)
    assert (now["ad_storage"], now["analytics_storage"]) == ("granted", "denied")


def test_a_page_that_lets_google_count_by_default_is_told_that_the_browser_refuses(stage, visitor):
    stage.option(consent_mode=True)
    granted = "gtag('consent', 'default', {analytics_storage: 'granted'})"
    stage.pages.head = (
        f"<script>window.dataLayer = []; function gtag() {{ dataLayer.push(arguments) }} {granted}</script>"
    )
    page = visitor.where("Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })").opens()
    assert page.evaluate(READ_IN_ORDER)[1] == {"analytics_storage": "denied"}


def test_a_strict_page_lets_the_line_for_the_head_in_by_the_hash_that_the_dashboard_gives(stage, visitor):
    stage.option(consent_mode=True)
    told = lines(stage.world.site(stage.key), stage.service)
    stage.pages.head = told.before_google
    policy = f"default-src 'none'; script-src {stage.service} {told.source}; connect-src {stage.service}"
    stage.pages.headers = {"Content-Security-Policy": policy}
    page = visitor.opens()
    expect(button(page, "Accept all")).to_be_visible()
    assert page.evaluate("dataLayer[0][2].wait_for_update") == 500


def test_what_else_stands_in_the_queue_of_googles_tags_does_no_harm(stage, visitor):
    stage.option(consent_mode=True)
    stage.pages.head = "<script>window.dataLayer = [{ event: 'gtm.js' }, null, () => {}]</script>"
    expect(button(visitor.opens(), "Accept all")).to_be_visible()
    assert visitor.errors == []


THEME = {
    "light": {"background": "#fefefe", "text": "#111111", "button": "#123456", "button-text": "#ffffff"},
    "dark": {
        "background": "#111111",
        "text": "#eeeeee",
        "button": "#aabbcc",
        "button-text": "#000000",
        "accept": "#99aabb",
        "accept-text": "#000000",
        "reject": "#bbccdd",
        "reject-text": "#000000",
    },
    "radius": 9,
    "font": "Georgia, serif",
    "position": "bottom-end",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_theme_colours_the_notice_whatever_the_page_says(stage, scheme):
    stage.option(theme=read_theme(THEME))
    stage.pages.head = "<style>* { --background: red !important; --button: red !important; border-radius: 1px }</style>"
    visitor = stage.visitor(color_scheme=scheme, viewport={"width": 900, "height": 700})
    page = visitor.opens()
    look = """node => {
        const { backgroundColor, color, borderRadius, fontFamily } = getComputedStyle(node);
        return [backgroundColor, color, borderRadius, fontFamily];
    }"""
    expected = {
        "light": [("rgb(254, 254, 254)", "rgb(17, 17, 17)"), ("rgb(18, 52, 86)", "rgb(255, 255, 255)")] * 2,
        "dark": [
            *[("rgb(17, 17, 17)", "rgb(238, 238, 238)"), ("rgb(153, 170, 187)", "rgb(0, 0, 0)")],
            *[("rgb(17, 17, 17)", "rgb(238, 238, 238)"), ("rgb(187, 204, 221)", "rgb(0, 0, 0)")],
        ],
    }[scheme]
    nodes = [notice(page), button(page, "Accept all"), button(page, "Reject all")]
    for (behind, text), node in zip([expected[0], expected[1], expected[3]], nodes, strict=True):
        assert node.evaluate(look) == [behind, text, "9px", "Georgia, serif"]
    assert notice(page).evaluate("host => Math.round(host.getBoundingClientRect().right)") == 900 - 16


@pytest.mark.parametrize(("position", "edge"), [("top", "top"), ("bottom", "bottom")])
def test_a_theme_says_at_which_edge_the_notice_stands(stage, position, edge):
    stage.option(theme=read_theme({**THEME, "position": position}))
    page = stage.visitor(viewport={"width": 1200, "height": 700}).opens()
    box = notice(page).bounding_box()
    assert box["y"] == (0 if edge == "top" else 700 - box["height"])
    assert abs(2 * box["x"] + box["width"] - 1200) < 2


@pytest.mark.parametrize(("before", "after"), [("", "site.localhost"), ("site.localhost", "")])
def test_a_choice_is_withdrawn_whichever_domain_it_was_made_for(stage, visitor, before, after):
    stage.option(subdomains=before)
    settled(accept(visitor.opens()))
    stage.option(subdomains=after)
    uncached = stage.visitor(storage_state=visitor.context.storage_state())
    page = uncached.opens()
    change(page, "Withdraw consent")
    assert uncached.cookies() == {"refused": "2026Q4"}


def test_one_choice_holds_on_all_sub_domains(stage, visitor):
    stage.host("www.site.localhost", "site.localhost")
    stage.option(subdomains="site.localhost")
    page = accept(visitor.opens())
    settled(page)
    other = visitor.context.new_page()
    other.goto(stage.site.replace("site.localhost", "www.site.localhost"))
    expect(control(other)).to_be_visible()
    change(other, "Withdraw consent")
    page.reload()
    expect(control(page)).to_be_visible()
    assert visitor.cookies() == {"refused": "2026Q4"}
