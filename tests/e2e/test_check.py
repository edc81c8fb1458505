"""Check my installation: the dashboard opens a page of the site, and the snippet there answers it and nobody else."""

import threading

import pytest
from playwright.sync_api import expect

from consent_service.collect import responses
from consent_service.domain.access.roles import EVERYTHING
from consent_service.spool.merge import read_refusals
from consent_service.storage import sites
from consent_service.storage.database.engine import writing
from consent_service.storage.people import accounts
from tests.e2e.looker import submit
from tests.e2e.service import PATIENCE, SitePages, wait_for
from tests.e2e.snippet.pages import SitePages as OwnHostPages
from tests.e2e.snippet.recorder import CORS, Recorder, serving
from tests.e2e.snippet.visitor import SECOND_VIEW
from tests.owner import EMAIL, PASSWORD
from tests.postgresql import free_port
from tests.world import World


class Front:
    """A proxy before the service: some paths it answers itself, and some it holds back."""

    def __init__(self, app):
        self._app = app
        self._may_pass = threading.Event()
        self._held = ""
        self.answers = {}

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        if path in self.answers:
            status, headers, *body = self.answers[path]
            start_response(status, [("Content-Type", "text/plain"), *headers])
            return body or [b"not here"]
        if path == self._held:
            assert self._may_pass.wait(PATIENCE)
        return self._app(environ, start_response)

    def hold(self, path):
        self._held = path

    def let_go(self):
        self._may_pass.set()


@pytest.fixture
def world_and_front(environ, clock):
    port = free_port()
    made = World({**environ, "CONSENT_BIND": f"127.0.0.1:{port}"}, clock)
    front = Front(Recorder(made.app.flask))
    with serving(front, port):
        yield made, front
    made.dispose()


@pytest.fixture
def service(world_and_front):
    """A service whose owner can sign in."""
    made, _ = world_and_front
    with writing(made.engine) as connection:
        accounts.add(connection, EMAIL, accounts.hashed(PASSWORD), EVERYTHING)
    return made


@pytest.fixture
def front(world_and_front):
    return world_and_front[1]


@pytest.fixture
def site(service):
    """A site whose pages carry the script."""
    made = SitePages(service.config.public_url)
    declared = ("page", "event", "engagement")
    made.key = service.add_site("Harbour", ("localhost",), dimensions=declared, events=("letter",))
    yield made
    made.close()


@pytest.fixture
def owner(browser, service, site):
    """The owner's browser, with every request that it makes."""
    context = browser.new_context()
    context.asked = []
    context.on("request", lambda request: context.asked.append(f"{request.method} {request.url}"))
    page = context.new_page()
    page.goto(f"{service.config.public_url}/login")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    submit(page.get_by_role("button", name="Sign in"))
    yield page
    context.close()


def check(page, service, key, address):
    """Ask for it; gives the tab that was opened."""
    page.goto(f"{service.config.public_url}/sites/{key}/check")
    page.get_by_label("Address of a page").fill(address)
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Check my installation").click()
    return opened.value


def requests_to(page, service):
    return [
        one
        for one in page.context.asked
        if one.split()[1].startswith(f"{service.config.public_url}/") and "/sites/" not in one
    ]


def told(page, found):
    """What the check shows of what it found."""
    shown = page.locator(f"[data-found={found}]")
    expect(shown).to_be_visible()
    return shown


def late(page):
    """More than five seconds later."""
    page.clock.fast_forward(6_000)


def test_a_page_with_the_script_answers_that_all_is_well_and_sends_one_hit_that_counts_nothing(owner, service, site):
    before = len(requests_to(owner, service))
    check(owner, service, site.key, f"{site.url}/first")
    told(owner, "well")
    sent = [one for one in requests_to(owner, service)[before:] if "/assets/" not in one]
    address = service.config.public_url
    assert sent == [f"GET {address}/s/{site.key}/consent.js", f"POST {address}/hit"]
    service.merge()
    refusals = read_refusals(service.app.services.spool)
    assert refusals.hits == 0
    assert refusals.totals[responses.NO_CONSENT.reason] == sum(refusals.totals) == 1


def test_each_step_is_shown_as_it_is_done(owner, service, site):
    check(owner, service, site.key, f"{site.url}/first")
    told(owner, "well")
    steps = [step.inner_text() for step in owner.locator(".steps li:visible").all()]
    assert steps == [
        "The page is open.",
        "The script answers.",
        "The notice is seen, or its control.",
        "A message of the page arrives.",
    ]
    expect(owner.get_by_text("The script is a copy.")).to_be_hidden()


def test_what_was_chosen_makes_no_difference_to_the_answer(owner, service, site):
    owner.goto(f"{service.config.public_url}/sites/{site.key}/check")
    # Before the page's own listener, which shows that all is well.
    owner.evaluate("window.heard = []; addEventListener('message', ({ data }) => heard.push(data), true)")

    def answer():
        """What a page says once something of the snippet is seen."""
        owner.evaluate("heard.length = 0")
        with owner.expect_popup() as opened:
            owner.get_by_role("button", name="Check my installation").click()
        expect(owner.get_by_text("All is well")).to_be_visible()
        seen = owner.evaluate("heard.findLast(([isSeen]) => isSeen).slice(0, 3)")
        return opened.value, [*seen, *owner.evaluate("heard.find(([, , , hit]) => hit).slice(3)")]

    owner.get_by_label("Address of a page").fill(f"{site.url}/first")
    page, before = answer()
    page.get_by_role("button", name="Accept all").click()
    page.get_by_role("button", name="Cookie choice").click()
    page, accepted = answer()
    page.get_by_role("button", name="Cookie choice").click()
    page.get_by_role("button", name="Withdraw consent").click()
    _, refused = answer()
    assert before == accepted == refused
    assert before[0]


def test_in_a_browser_that_has_accepted_the_tab_that_was_opened_counts_nothing_while_others_count(owner, service, site):
    hits = []
    owner.context.on("request", lambda request: hits.append(request.post_data_json) if "/hit" in request.url else None)

    def visit(path):
        page = owner.context.new_page()
        with page.expect_request("**/hit"):
            page.goto(f"{site.url}{path}")
            if path == "/first":
                page.get_by_role("button", name="Accept all").click()
        return page

    first = visit("/first")
    stored = first.evaluate("navigator.locks.request('consent', () => JSON.stringify(localStorage))")  # after its own
    opened = check(owner, service, site.key, f"{site.url}/second")
    expect(owner.get_by_text("All is well")).to_be_visible()
    opened.evaluate("history.pushState(null, '', '/moved')")
    opened.evaluate("consent.event('letter')")
    opened.mouse.wheel(0, 100)
    opened.goto(f"{site.url}/further")
    expect(opened.get_by_role("button", name="Cookie choice")).to_be_visible()
    assert opened.evaluate("JSON.stringify(localStorage)") == stored
    # A tab waits for its turn: had the one above counted anything, it would have come first.
    visit("/third")
    counted = [(hit["p"], hit["f"] & SECOND_VIEW) for hit in hits if hit["t"] != "check"]
    assert counted == [("/first", 0), ("/third", SECOND_VIEW)]
    assert [hit for hit in hits if hit["t"] == "check"] == [{"s": site.key, "t": "check", "e": "view"}]


def test_an_opener_that_is_not_the_service_gets_no_answer_and_makes_nothing_be_sent(browser, service, site):
    other = SitePages(service.config.public_url)
    page = browser.new_page()
    asked = []
    page.context.on("request", lambda request: asked.append(request.url))
    page.goto(f"{other.url.replace('localhost', '127.0.0.1')}/anything")
    page.evaluate("window.heard = []; addEventListener('message', ({ data }) => heard.push(data))")
    with page.expect_popup() as opened:
        page.evaluate("url => { window.opened = open(url) }", f"{site.url}/first")
    opened.value.get_by_role("button", name="Accept all").wait_for()
    # The page echoes after the snippet has had its turn: listeners are called in order.
    opened.value.evaluate("addEventListener('message', ({ source }) => source.postMessage('after', '*'))")
    page.evaluate("opened.postMessage(null, '*'); opened.postMessage({ s: 'x', t: 'x', e: 'view' }, '*')")
    wait_for(page, "heard.filter((one) => one === 'after').length === 2")
    assert page.evaluate("heard") == ["after", "after"]
    assert not any(url.endswith("/hit") for url in asked)
    page.context.close()
    other.close()


def test_a_page_with_the_script_of_another_site_says_so(owner, service, site):
    own = site.key
    site.key = service.add_site("Another", ("localhost",))
    check(owner, service, own, f"{site.url}/first")
    expect(told(owner, "other")).to_contain_text("not this site's")


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Security-Policy": "script-src 'none'"},
        {"Integrity-Policy": "blocked-destinations=(script)"},
    ],
)
def test_a_script_that_a_policy_keeps_away_is_told_by_the_silence_of_five_seconds(owner, service, site, headers):
    site.headers = headers
    owner.clock.install()
    check(owner, service, site.key, f"{site.url}/first").wait_for_load_state()
    late(owner)
    expect(told(owner, "silent")).to_contain_text("Integrity-Policy")
    assert owner.locator(".steps li:visible").all_inner_texts() == ["The page is open."]


def test_a_slow_page_that_answers_after_all_is_told(owner, service, site):
    site.line, site.headers = "", {}
    owner.clock.install()
    opened = check(owner, service, site.key, f"{site.url}/first")
    opened.wait_for_load_state()
    late(owner)
    told(owner, "silent")
    opened.add_script_tag(url=f"{service.config.public_url}/s/{site.key}/consent.js")
    told(owner, "well")


def test_a_policy_without_connect_src_is_told_though_the_notice_is_shown(owner, service, site):
    url = service.config.public_url
    site.headers = {"Content-Security-Policy": f"default-src 'none'; script-src {url}"}
    opened = check(owner, service, site.key, f"{site.url}/first")
    expect(told(owner, "policy")).to_contain_text(f"connect-src {url}")
    expect(opened.get_by_role("button", name="Accept all")).to_be_visible()


def test_a_page_that_may_connect_to_a_list_without_the_service_is_told(owner, service, site):
    site.headers = {"Connection-Allowlist": f'("{service.config.public_url}/s/*")'}
    check(owner, service, site.key, f"{site.url}/first")
    expect(told(owner, "policy")).to_contain_text("Connection-Allowlist")


# Without a word for other origins the page may not read it.
@pytest.mark.parametrize(
    ("status", "headers"), [("404 Not Found", CORS), ("502 Bad Gateway", []), ("200 OK", CORS)], ids=[404, 502, 200]
)
def test_a_proxy_that_answers_by_itself_is_told_with_its_status(owner, service, site, front, status, headers):
    front.answers["/hit"] = (status, headers)
    check(owner, service, site.key, f"{site.url}/first")
    expect(told(owner, "proxy")).to_contain_text(f"answered with status {status[:3]}")


@pytest.mark.parametrize(("status", "found"), [("", "well"), ("404 Not Found", "proxy")])
def test_under_the_sites_own_host_it_is_the_sites_proxy_that_is_asked(owner, service, front, status, found):
    pages = OwnHostPages(front)
    pages.prefix, key = "/stats", service.add_site("Harbour", ("localhost",))
    pages.script_path = f"/s/{key}/consent.js"
    if status:
        front.answers["/hit"] = (status, [])
    with serving(pages) as port:
        check(owner, service, key, f"http://localhost:{port}/first")
        told(owner, found)
    assert owner.locator(".address").first.text_content() == f"http://localhost:{port}/stats/hit"


def test_under_the_sites_own_host_the_service_cannot_be_asked_from_here(owner, service, front):
    pages = OwnHostPages(front)
    pages.prefix, key = "/stats", service.add_site("Harbour", ("localhost",))
    pages.script_path = f"/s/{key}/consent.js"
    pages.headers = {"Content-Security-Policy": "default-src 'none'; script-src 'self'"}
    with serving(pages) as port:
        check(owner, service, key, f"http://localhost:{port}/first")
        expect(told(owner, "failed")).to_contain_text(f"connect-src http://localhost:{port}")


def test_an_answer_that_does_not_come_is_told_after_five_seconds(owner, service, site, front):
    front.hold("/hit")
    owner.clock.install()
    with owner.context.expect_event("request", lambda request: request.url.endswith("/hit")):
        check(owner, service, site.key, f"{site.url}/first")
    late(owner)
    told(owner, "slow")
    front.let_go()
    told(owner, "well")


def test_a_service_that_refuses_for_another_reason_is_quoted(owner, service, site, front):
    front.answers["/hit"] = (responses.NO_ROOM.status, CORS, responses.NO_ROOM.text)
    check(owner, service, site.key, f"{site.url}/first")
    expect(told(owner, "refused")).to_contain_text("the spool is full")


def test_a_host_that_the_service_does_not_take_for_one_of_the_sites_is_told(owner, service, site):
    owner.goto(f"{service.config.public_url}/sites/{site.key}/check")
    with writing(service.engine) as connection:
        sites.amend(connection, site.key, "Harbour", ("www.localhost",))
    service.keeper.watch()
    owner.get_by_label("Address of a page").fill(f"{site.url}/first")
    owner.get_by_role("button", name="Check my installation").click()
    expect(told(owner, "host")).to_contain_text(site.url)


def test_an_address_that_leads_to_another_host_is_told(owner, service, site):
    elsewhere = site.url.replace("localhost", "127.0.0.1")
    site.redirects = {"/first": f"{elsewhere}/there"}
    check(owner, service, site.key, f"{site.url}/first")
    expect(told(owner, "elsewhere")).to_contain_text(elsewhere)


def test_a_page_in_a_sandbox_is_told(owner, service, site):
    site.headers = {"Content-Security-Policy": "sandbox allow-scripts"}
    check(owner, service, site.key, f"{site.url}/first")
    expect(told(owner, "sandboxed")).to_contain_text("allow-same-origin")


def test_a_page_that_cuts_itself_off_is_told(owner, service, site):
    site.headers = {"Cross-Origin-Opener-Policy": "same-origin"}
    check(owner, service, site.key, f"{site.url}/first")
    told(owner, "closed")


@pytest.mark.parametrize("headers", [{}, {"Sec-GPC": "1"}])
def test_a_browser_that_refuses_by_itself_is_told_and_that_private_windows_of_firefox_do(owner, service, site, headers):
    owner.context.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
    owner.context.set_extra_http_headers(headers)
    check(owner, service, site.key, f"{site.url}/first")
    expect(told(owner, "private")).to_contain_text("In a private window of Firefox")


def test_a_notice_that_is_not_seen_is_told_after_five_seconds(owner, service, site):
    owner.context.add_init_script("Object.defineProperty(Navigator.prototype, 'doNotTrack', {get: () => '1'})")
    owner.clock.install()
    with owner.context.expect_event("requestfinished", lambda request: request.url.endswith("/hit")):
        check(owner, service, site.key, f"{site.url}/first")
    late(owner)
    expect(told(owner, "unseen")).to_contain_text("Do Not Track")


@pytest.mark.parametrize("how", ["copied", "inlined"])
def test_a_script_that_was_copied_or_inlined_works_and_is_said_to_be_a_copy(owner, service, site, how):
    text = service.client.get(f"/s/{site.key}/consent.js").get_data(as_text=True)
    site.headers = {}
    site.scripts = {"/bundle.js": text}
    site.line = f"<script>{text}</script>" if how == "inlined" else '<script src="/bundle.js" defer></script>'
    check(owner, service, site.key, f"{site.url}/first")
    told(owner, "well")
    expect(owner.get_by_text("The script is a copy.")).to_be_visible()


def test_an_address_of_another_host_is_not_opened(owner, service, site):
    owner.goto(f"{service.config.public_url}/sites/{site.key}/check")
    owner.get_by_label("Address of a page").fill("https://elsewhere.example/")
    owner.get_by_role("button", name="Check my installation").click()
    expect(owner.get_by_text("not on one of this site's host names")).to_be_visible()
    assert len(owner.context.pages) == 1
