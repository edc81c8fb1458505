"""Fixtures of the snippet's tests: the real service and a site around it, and a browser as people have it."""

from __future__ import annotations

import pytest

from consent_service.domain.notice.wording import texts_in
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


@pytest.fixture
def embedding(stage):
    """A site with a video of another host in a frame, and a chat of two scripts."""
    stage.texts = texts_in(["en", "de"], ["video", "chat"])
    stage.publish(texts=stage.texts)
    stage.pages.files = {
        "/video": "<!doctype html><title>A film</title><p>a film</p>",
        "/chat.js": "(window.ran = window.ran || []).push('chat.js')",
    }
    port = stage.site.rpartition(":")[2]
    stage.pages.video = f"http://video.localhost:{port}"
    stage.pages.body = f"""<main>
<iframe title='A film' width='480' height='90' data-consent='video' data-src='{stage.pages.video}/video'></iframe>
<h1>A page</h1><p id='after'>after <a href='/next'>next</a></p></main>
<script type='text/plain' data-consent='chat' src='/chat.js' nonce='abc'></script>
<script type='text/plain' data-consent='chat' nonce='abc'>(window.ran = window.ran || []).push('inline')</script>"""
    return stage
