"""Fixtures of the snippet's tests: the real service and a site around it, and a browser as people have it."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import CHROMIUM_OPTIONS
from tests.e2e.snippet.stage import staged


@pytest.fixture(scope="session")
def everyday_browser(browser):
    """Chromium with its back-forward cache, which Playwright turns off."""
    launched = browser.browser_type.launch(
        executable_path="/usr/bin/chromium",
        args=CHROMIUM_OPTIONS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield launched
    launched.close()


@pytest.fixture
def stage(world, everyday_browser):
    with staged(world, everyday_browser) as made:
        yield made


@pytest.fixture
def visitor(stage):
    """Somebody new, on Sunday, 22 November 2026, at noon."""
    return stage.visitor()
