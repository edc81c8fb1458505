"""Fixtures of the tests that run real processes and a real browser."""

from __future__ import annotations

import pytest

from tests.e2e.service import Service, SitePages

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
