"""Fixtures of the tests that run real processes and a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from consent_service.domain.roles import EVERYTHING
from consent_service.storage import accounts
from consent_service.storage.engine import writing
from tests.e2e.service import Service, SitePages
from tests.e2e.snippet.recorder import Recorder, serving
from tests.owner import EMAIL, PASSWORD
from tests.postgresql import free_port
from tests.world import World

CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser(playwright):
    launched = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_OPTIONS)
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
        accounts.add(connection, EMAIL, PASSWORD, EVERYTHING)
    recorder = Recorder(world.app)
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
