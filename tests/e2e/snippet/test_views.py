"""What counts as a view, and what a hit carries."""

import pytest
from playwright.sync_api import expect

from tests.e2e.snippet.visitor import NEW_VISITOR, accept, button, control, navigate, notice, settle

# What is sent


def test_requests_carry_no_cookie_no_referrer_and_need_no_preflight(stage, visitor):
    visitor.holding("session", "of-the-site")
    settle(accept(visitor.opens("/secret?query=1")))
    stage.arrive()
    consent, hit = stage.recorder.requests[1:]
    for request in (consent, hit):
        assert request.method == "POST"
        assert not {"cookie", "referer"} & request.headers.keys()
        assert request.headers["content_type"].startswith("text/plain")
        assert request.headers["origin"] == stage.site
        assert "query" not in request.body


def test_the_first_hit_describes_the_visitor_and_later_ones_do_not(stage):
    visitor = stage.visitor(locale="pt-BR", timezone_id="Asia/Tokyo")
    page = accept(visitor.opens(referer="https://www.example.org:8443/where?from=x"))
    navigate(page, "/two")
    settle(page)
    first, second = visitor.hits
    assert first.keys() == {"s", "t", "e", "p", "f", "r", "z", "l", "d"}
    assert (first["r"], first["z"], first["l"], first["d"]) == ("www.example.org", "Asia/Tokyo", "pt", "desktop")
    assert second.keys() == {"s", "t", "e", "p", "f"}
    counted = stage.pending("2026-11")
    assert [list(counted[name]) for name in ("referrer", "country", "language", "platform")] == [
        ["www.example.org"],
        ["JP"],
        ["pt"],
        ["Linux, desktop"],
    ]


def test_the_sites_own_pages_are_no_referrer(stage, visitor):
    page = visitor.opens("/one")
    page.evaluate("location.href = '/two'")
    page.wait_for_url("**/two")
    assert page.evaluate("document.referrer").endswith("/one")
    settle(accept(page))
    assert list(stage.pending("2026-11")["referrer"]) == ["(none)"]


@pytest.mark.parametrize(("width", "height", "device"), [(390, 844, "phone"), (820, 1180, "tablet")])
def test_a_touch_screen_is_a_phone_or_a_tablet_by_its_size(stage, width, height, device):
    screen = {"width": width, "height": height}
    visitor = stage.visitor(has_touch=True, is_mobile=True, viewport=screen, screen=screen)
    settle(accept(visitor.opens()))
    assert [hit["d"] for hit in visitor.hits] == [device]


def test_what_the_notice_does_not_declare_is_neither_read_nor_sent(stage, visitor):
    stage.found(dimensions=())
    visitor.where("""
        window.reads = [];
        const spy = (type, name) => {
            const { get } = Object.getOwnPropertyDescriptor(type.prototype, name);
            Object.defineProperty(type.prototype, name, { get() { reads.push(name); return get.call(this) } });
        };
        spy(Document, "referrer"); spy(Navigator, "language"); spy(Screen, "width");
        const zone = Intl.DateTimeFormat.prototype.resolvedOptions;
        Intl.DateTimeFormat.prototype.resolvedOptions = function () { reads.push("zone"); return zone.call(this) };
    """)
    page = accept(visitor.opens("/secret"))
    settle(page)
    (hit,) = visitor.hits
    assert hit.keys() == {"s", "t", "e", "p", "f"}
    assert hit["p"] == "/"
    assert page.evaluate("reads") == []
    assert page.evaluate("navigator.language && document.referrer + screen.width && reads.length > 0")
    assert stage.pending("2026-11").keys() == {"site", "hour", "consent"}


# What is a view


def test_each_route_of_a_single_page_site_is_one_view(visitor):
    page = accept(visitor.opens("/a"))
    navigate(page, "/b")
    navigate(page, "/b?query=1")
    navigate(page, "/b#part")
    navigate(page, "/c", "replaceState")
    page.go_back()
    page.wait_for_url("**/b?query=1")
    page.evaluate("location.hash = 'same-page'")
    page.go_back()
    page.go_back()
    page.wait_for_url("**/b")
    page.go_back()
    page.wait_for_url("**/a")
    settle(page)
    assert visitor.viewed() == ["/a", "/b", "/c", "/b", "/a"]


@pytest.mark.whole_browser
def test_a_page_back_from_the_back_forward_cache_is_a_view(stage, visitor):
    page = accept(visitor.opens("/first"))
    settle(page)
    page.evaluate("window.sameDocument = true; location.href = '/second'")
    stage.wait_for_hits(2)
    page.evaluate("history.back()")
    hits = stage.wait_for_hits(3)
    assert page.evaluate("window.sameDocument")
    assert [hit["p"] for hit in hits] == ["/first", "/second", "/first"]
    assert hits[2]["f"] == NEW_VISITOR


IN_THE_BACKGROUND = """
    let isHidden = true;
    Object.defineProperty(Document.prototype, "hidden", { get: () => isHidden });
    Object.defineProperty(Document.prototype, "visibilityState", { get: () => (isHidden ? "hidden" : "visible") });
    window.comeForward = () => {
        isHidden = false;
        document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    };
"""


def test_a_page_opened_in_a_background_tab_is_counted_once(visitor):
    accept(visitor.opens("/one"))
    visitor.where(IN_THE_BACKGROUND)
    page = visitor.opens("/two")
    settle(page)
    page.evaluate("comeForward()")
    settle(page)
    assert visitor.viewed() == ["/one", "/two"]


def test_who_leaves_each_page_as_soon_as_its_hit_is_on_its_way_is_counted_on_each(stage, visitor):
    page = visitor.opens("/0")
    with page.expect_request("**/hit"):
        button(page, "Accept all").click()
    for number in range(1, 6):
        with page.expect_request("**/hit"):
            page.goto(f"{stage.site}/{number}", wait_until="commit")
    settle(page)
    assert visitor.viewed() == [f"/{number}" for number in range(6)]


def test_a_prerendered_page_is_counted_when_it_is_shown(stage, visitor):
    visitor.holding("consent", stage.token()).where("""
        let prerendering = true;
        Object.defineProperty(Document.prototype, "prerendering", { get: () => prerendering });
        window.show = () => { prerendering = false; document.dispatchEvent(new Event("prerenderingchange")) };
    """)
    page = visitor.opens()
    settle(page)
    assert visitor.asked_of_service() == [stage.script_path]
    expect(notice(page)).to_have_count(0)
    page.evaluate("show()")
    expect(control(page)).to_be_visible()
    settle(page)
    assert visitor.viewed() == ["/"]


# What comes of it


def test_what_several_visits_leave_in_the_spool_is_what_they_were(stage):
    french = [stage.visitor(locale="fr-FR", timezone_id="Europe/Paris") for _ in range(2)]
    screen = {"width": 390, "height": 844}
    phone = stage.visitor(
        locale="pt-BR", timezone_id="America/Sao_Paulo", has_touch=True, is_mobile=True, viewport=screen, screen=screen
    )
    pages = [accept(visitor.opens("/welcome")) for visitor in [*french, phone]]
    for page in pages[:2]:
        navigate(page, "/next")
        navigate(page, "/welcome")
    for page in pages:
        settle(page)
    stage.later(days=1)
    navigate(pages[0], "/next")
    settle(pages[0])

    # views, visits, visitors, engaged visits, engaged seconds
    month = stage.pending("2026-11")
    assert month["site"] == {"": [8, 4, 3, 2, 0]}
    assert month["page"] == {"/welcome": [5, 3, 3, 0, 0], "/next": [3, 3, 2, 0, 0]}
    assert month["entry"] == {"/welcome": [3, 3, 3, 0, 0], "/next": [1, 1, 0, 0, 0]}
    assert month["country"] == {"FR": [3, 3, 2, 0, 0], "BR": [1, 1, 1, 0, 0]}
    assert month["language"] == {"fr": [3, 3, 2, 0, 0], "pt": [1, 1, 1, 0, 0]}
    assert month["platform"] == {"Linux, desktop": [3, 3, 2, 0, 0], "Linux, phone": [1, 1, 1, 0, 0]}
    assert month["hour"] == {"12": [4, 4, 3, 0, 0]}
    assert month["consent"] == {stage.notice["digest"]: [3, 3, 3, 0, 0]}
    assert stage.pending("2026-11-22")["site"] == {"": [7, 3, 3, 2, 0]}
    assert stage.pending("2026-11-23")["site"] == stage.pending("2026-W48")["site"] == {"": [1, 1, 1, 0, 0]}
    assert stage.pending("2026")["site"] == month["site"]
