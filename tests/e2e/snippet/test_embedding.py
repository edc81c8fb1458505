"""The one line in the page: wherever it stands, behind a proxy, under a strict policy."""

import pytest
from playwright.sync_api import expect

from tests.e2e.service import wait_for
from tests.e2e.snippet.visitor import accept, button, change, navigate, notice, settle

STRICT_POLICY = "default-src 'self'; script-src {service}; connect-src {service}; require-trusted-types-for 'script'"

AFTER_LOAD = """<script>
    addEventListener("load", () => document.head.append(Object.assign(document.createElement("script"),
        { src: "{script}" })));
</script>"""


@pytest.mark.parametrize(
    "line",
    ['<script src="{script}"></script>', '<script src="{script}" async></script>', AFTER_LOAD],
    ids=["before the body", "async", "after load"],
)
def test_the_script_works_before_and_after_the_document_is_ready(stage, visitor, line):
    stage.pages.script = line
    settle(accept(visitor.opens("/x")))
    assert visitor.viewed() == ["/x"]


def test_the_script_twice_on_a_page_counts_once(stage, visitor):
    stage.pages.script *= 2
    page = accept(visitor.opens())
    navigate(page, "/two")
    settle(page)
    assert visitor.viewed() == ["/", "/two"]
    expect(notice(page)).to_have_count(1)


def test_an_element_of_the_page_named_consent_is_in_nobodys_way(stage, visitor):
    stage.pages.body += "<section id='consent'></section>"
    settle(accept(visitor.opens()))
    assert visitor.viewed() == ["/"]


NO_STORAGE = (
    """Object.defineProperty(window, "sessionStorage", { get() { throw new DOMException("", "SecurityError") } })"""
)
"""As browsers have it that keep no cookies at all, and pages in a sandbox."""


def test_where_cookies_are_off_nobody_is_asked(stage, visitor):
    visitor.where(NO_STORAGE)
    page = visitor.opens()
    settle(page)
    expect(notice(page)).to_have_count(0)
    assert visitor.asked_of_service() == [stage.script_path]
    assert page.evaluate("consent.accept(), consent.reject(), consent.show(), consent.status()") == "refused"
    assert visitor.errors == []


@pytest.mark.parametrize("choice", ["Accept all", "Reject all"])
def test_where_a_choice_is_not_kept_nobody_is_asked_again_in_the_tab_and_no_token_is_asked_for(stage, visitor, choice):
    """A frame in another site's page, and a site whose domain is a shared one: the browser takes no cookie."""
    visitor.where("Object.defineProperty(Document.prototype, 'cookie', { get: () => '', set() {} })")
    page = visitor.opens()
    button(page, choice).click()
    expect(notice(page)).to_have_count(0)
    assert page.evaluate("consent.status()") == "refused"
    navigate(page, "/route")
    page.evaluate("consent.show(); document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))")
    settle(page)
    page.goto(f"{stage.site}/two")
    settle(page)
    expect(notice(page)).to_have_count(0)
    assert visitor.asked_of_service() == [stage.script_path, stage.script_path]
    expect(button(visitor.opens(), choice)).to_be_visible()


def test_a_browser_that_knows_no_popovers_is_not_disturbed(stage, visitor):
    visitor.where("for (const name of ['popover', 'hidePopover', 'togglePopover']) delete HTMLElement.prototype[name]")
    page = visitor.opens()
    settle(page)
    expect(page.locator("consent-notice")).to_have_count(0)
    assert visitor.errors == []
    assert page.evaluate("consent.status()") == "open"


COPIES = {
    "copied, with others": lambda pages: "<script src='/optimised.js' defer></script>",
    "in the page": lambda pages: f"<script>{pages.files['/optimised.js']}</script>",
    "a module": lambda pages: "<script type='module' src='/optimised.js'></script>",
}


@pytest.mark.parametrize("made", COPIES.values(), ids=COPIES.keys())
def test_a_script_that_an_optimiser_has_changed_finds_its_service(stage, visitor, made):
    script = stage.world.client.get(stage.script_path).text
    # Where its service is, as a service that is set up for others says it.
    script = script.replace(stage.world.config.public_url, stage.service)
    stage.pages.files["/optimised.js"] = f"var before = 1;\n{script}\nvar after = 2;"
    stage.pages.script = made(stage.pages)
    settle(accept(visitor.opens("/x")))
    assert visitor.viewed() == ["/x"]
    assert visitor.errors == []


def test_a_proxy_under_a_path_of_the_site_serves_all_and_sees_the_sites_origin(stage, visitor):
    stage.pages.prefix = f"/deep/s/{stage.key}/count"
    visitor.holding("session", "of-the-site")
    settle(accept(visitor.opens()))
    stage.arrive()
    script, *posts = stage.recorder.requests
    assert [script.path, *(request.path for request in posts)] == [stage.script_path, "/consent", "/hit"]
    for request in posts:
        assert "referer" not in request.headers
        assert request.headers["origin"] == stage.site
    # The answer to /consent may set a cookie, so the site's own go with it as far as the site's own proxy.
    assert "cookie" not in posts[1].headers
    assert visitor.asked_of_service() == []


def test_all_of_it_works_under_a_strict_policy_with_trusted_types(stage, visitor):
    stage.pages.headers["Content-Security-Policy"] = STRICT_POLICY.format(service=stage.service)
    visitor.where("""
        window.violations = [];
        addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
    """)
    page = visitor.opens()
    assert notice(page).evaluate("host => getComputedStyle(host).position") == "fixed"
    accept(page)
    stage.wait_for_hits(1)
    change(page, "Withdraw consent")
    assert page.evaluate("violations") == []
    page.evaluate("document.body.setAttribute('style', 'color:red')")
    wait_for(page, "violations.includes('style-src-attr')")


def test_a_page_of_another_host_is_not_counted(stage, visitor):
    """The script can be copied to any page; the service takes hits of the site's hosts alone."""
    stage.refusals = [("/consent", 403)]
    page = visitor.context.new_page()
    page.goto(stage.site.replace("site.localhost", "elsewhere.localhost"))
    button(page, "Accept all").click()
    stage.wait_for("/consent")
    expect(button(page, "Accept all")).to_be_visible()
    settle(page)
    assert visitor.cookies() == {}
    assert visitor.hits == []


def test_in_a_frame_of_another_sites_page_the_notice_goes_when_a_choice_is_not_kept(stage, visitor):
    """The browser itself refuses the cookie there, and `navigator.cookieEnabled` does not say so.

    The whole Chromium also refuses storage to frames of other sites in a private window, as these are: nobody is asked.
    """
    stage.pages.files["/around"] = (
        f"<!doctype html><title>Around</title><iframe src='{stage.site}/in' height=600></iframe>"
    )
    page = visitor.context.new_page()
    page.goto(stage.site.replace("site.localhost", "elsewhere.localhost") + "/around")
    frame = page.frame_locator("iframe").locator("consent-notice")
    page.frame_locator("iframe").get_by_role("heading", name="A page").wait_for()
    if page.frames[1].evaluate("(() => { try { return !!sessionStorage } catch { return false } })()"):
        frame.get_by_role("button", name="Accept all").click()
    expect(frame).to_have_count(0)
    page.reload()
    page.frame_locator("iframe").get_by_role("heading", name="A page").wait_for()
    page.frames[1].evaluate("fetch('/settled').then(() => null)")
    expect(frame).to_have_count(0)
    assert visitor.cookies() == {}
    assert set(visitor.asked_of_service()) == {stage.script_path}
