"""Fixtures of the tests that run real processes and a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from consent_service.domain.access.roles import EVERYTHING
from consent_service.storage import annotations, goals
from consent_service.storage.database.engine import writing
from consent_service.storage.people import accounts
from tests import people
from tests.e2e.looker import EVERY, Looker
from tests.e2e.service import Service, SitePages
from tests.e2e.snippet.recorder import Recorder, serving
from tests.owner import EMAIL, PASSWORD, Press
from tests.postgresql import free_port
from tests.world import World

CHROMIUM, HEADLESS_SHELL = "/usr/bin/chromium", "/usr/bin/chromium-headless-shell"
"""As people have it, with its windows; and its engine alone, a window of which costs a quarter of the work."""

CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_configure(config):
    if config.getoption("--long"):
        Looker.views = EVERY


@pytest.fixture(scope="session")
def chromium(request) -> str:
    """Which of the two a test drives: the whole browser in the long versions."""
    return CHROMIUM if request.config.getoption("--long") else HEADLESS_SHELL


@pytest.fixture(scope="session")
def browser(playwright, chromium):
    launched = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_OPTIONS)
    yield launched
    launched.close()


@pytest.fixture
def service(environ, database_url):
    """A service on each database in turn; not started."""
    made = Service({**environ, "CONSENT_DATABASE_URL": database_url})
    yield made
    made.stop()


@pytest.fixture
def pages(service):
    made = SitePages(service.url)
    yield made
    made.close()


@pytest.fixture
def desk(environ, clock, browser):
    """A service, a site of it with a purpose, and the page on which its owner writes; and all that is requested."""
    port = free_port()
    world = World({**environ, "CONSENT_PUBLIC_URL": f"http://127.0.0.1:{port}"}, clock)
    key = world.add_site("Harbour")
    with writing(world.engine) as connection:
        accounts.add(connection, EMAIL, accounts.hashed(PASSWORD), EVERYTHING)
    recorder = Recorder(world.app.flask)
    with serving(recorder, port):
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{world.config.public_url}/sites/{key}/notices/edit")
        page.get_by_label("E-mail address").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("main").get_by_role("button").click()
        expect(page.get_by_role("heading", name="Write another version")).to_be_visible()
        yield page, recorder
        context.close()
    world.dispose()


@pytest.fixture
def served(environ, clock):
    """A service under an address that a browser can reach."""
    port = free_port()
    made = World({**environ, "CONSENT_BIND": f"127.0.0.1:{port}"}, clock)
    with serving(made.app.flask, port):
        yield made
    made.dispose()


@pytest.fixture
def published(served, clock):
    """A site with two closed months, days of both, an annotation and a goal; the clock stands at 22 November."""
    clock.move(days=-94)
    key = served.add_site(
        "Harbour",
        dimensions=(
            "page",
            "entry",
            "referrer",
            "campaign",
            "country",
            "platform",
            "browser",
            "engagement",
            "event",
            "lcp",
        ),
        events=("letter",),
    )
    clock.move(days=94)
    press = Press(served)
    cells = {
        "site": [900, 500, 300, 200],
        "engagement": [0, 300, 200, 0, 9_000],
        "page": {f"/page-{number}": [90 - number, 60, 40] for number in range(14)},
        "entry": {f"/page-{number}": [0, 60 - number, 40] for number in range(7)},
        "referrer": {"a.example": [0, 300, 200], "(none)": [0, 200, 100]},
        "campaign": {"letter / email / autumn": [0, 60, 40], "(none)": [0, 440, 260]},
        "platform": {"iOS, phone": [0, 300, 200], "Windows, desktop": [0, 200, 100]},
        "country": {"NL": [0, 300, 200], "DE": [0, 200, 100]},
        "event": {"letter": [60, 50, 40]},
        "lcp": {"good": [0, 400, 200], "poor": [0, 100, 50]},
        "hour": {"9": [0, 300, 200], "17": [0, 200, 100]},
    }
    for month in ("2026-09", "2026-10"):
        press.close(key, month, cells)
        for day in range(1, 29):
            press.close(key, f"{month}-{day:02}", {"site": [60, 40, 20 + day]})
    press.release(key, "2026-11", cells)
    with writing(served.engine) as connection:
        accounts.add(connection, EMAIL, accounts.hashed(PASSWORD), EVERYTHING)
        site = served.site(key)
        annotations.add(connection, site, "2026-10-14", "Report on the news", site.timeline.day_at(clock()))
        goals.add(connection, site, "letter", "Letter subscribed")
    return key


@pytest.fixture
def looker(browser, served, published):
    """The owner of that site, whose browser is looked at."""
    with Looker(browser, served.config.public_url) as made:
        made.comes_as(people.signed_in(served, EMAIL))
        yield made
