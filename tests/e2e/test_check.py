"""Check my installation: the dashboard opens a page of the site, and the snippet there answers it and nobody else."""

import pytest
from playwright.sync_api import expect

from consent_service.domain.access.roles import EVERYTHING
from consent_service.storage.database.engine import writing
from consent_service.storage.people import accounts
from tests.e2e.looker import submit
from tests.e2e.service import SitePages, wait_for
from tests.e2e.snippet.visitor import SECOND_VIEW
from tests.owner import EMAIL, PASSWORD


@pytest.fixture
def service(served):
    """A service whose owner can sign in."""
    with writing(served.engine) as connection:
        accounts.add(connection, EMAIL, accounts.hashed(PASSWORD), EVERYTHING)
    return served


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


def test_a_page_with_the_script_answers_that_all_is_well_and_sends_nothing(owner, service, site):
    before = len(requests_to(owner, service))
    check(owner, service, site.key, f"{site.url}/first")
    expect(owner.get_by_text("All is well")).to_be_visible()
    sent = [one for one in requests_to(owner, service)[before:] if "/assets/" not in one]
    assert sent == [f"GET {service.config.public_url}/s/{site.key}/consent.js"]


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
        return opened.value, owner.evaluate("heard.at(-1)")

    owner.get_by_label("Address of a page").fill(f"{site.url}/first")
    page, before = answer()
    page.get_by_role("button", name="Accept all").click()
    page.get_by_role("button", name="Cookie choice").click()
    page, accepted = answer()
    page.get_by_role("button", name="Cookie choice").click()
    page.get_by_role("button", name="Withdraw consent").click()
    _, refused = answer()
    assert before == accepted == refused


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
    assert [(hit["p"], hit["f"] & SECOND_VIEW) for hit in hits] == [("/first", 0), ("/third", SECOND_VIEW)]


def test_an_opener_that_is_not_the_service_gets_no_answer(browser, service, site):
    other = SitePages(service.config.public_url)
    page = browser.new_page()
    page.goto(f"{other.url.replace('localhost', '127.0.0.1')}/anything")
    page.evaluate("window.heard = []; addEventListener('message', ({ data }) => heard.push(data))")
    with page.expect_popup() as opened:
        page.evaluate("url => { window.opened = open(url) }", f"{site.url}/first")
    opened.value.get_by_role("button", name="Accept all").wait_for()
    # The page echoes after the snippet has had its turn: listeners are called in order.
    opened.value.evaluate("addEventListener('message', ({ source }) => source.postMessage('after', '*'))")
    page.evaluate("opened.postMessage('', '*')")
    wait_for(page, "heard.includes('after')")
    assert page.evaluate("heard") == ["after"]
    page.context.close()
    other.close()


def test_a_page_with_the_script_of_another_site_says_so(owner, service, site):
    own = site.key
    site.key = service.add_site("Another", ("localhost",))
    check(owner, service, own, f"{site.url}/first")
    expect(owner.get_by_text("not this site's")).to_be_visible()


def test_a_script_that_a_policy_keeps_away_is_told_by_the_silence(owner, service, site):
    site.headers = {"Content-Security-Policy": "script-src 'none'"}
    owner.clock.install()
    check(owner, service, site.key, f"{site.url}/first").wait_for_load_state()
    owner.clock.fast_forward(21_000)
    expect(owner.get_by_text("No answer")).to_be_visible()


def test_a_browser_that_refuses_by_itself_is_named_as_a_reason_why_nothing_is_seen(owner, service, site):
    owner.context.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
    check(owner, service, site.key, f"{site.url}/first")
    expect(owner.get_by_text("shows nothing")).to_be_visible()


def test_an_address_of_another_host_is_not_opened(owner, service, site):
    owner.goto(f"{service.config.public_url}/sites/{site.key}/check")
    owner.get_by_label("Address of a page").fill("https://elsewhere.example/")
    owner.get_by_role("button", name="Check my installation").click()
    expect(owner.get_by_text("not on one of this site's host names")).to_be_visible()
    assert len(owner.context.pages) == 1
