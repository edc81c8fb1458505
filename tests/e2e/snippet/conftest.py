"""Fixtures of the snippet's tests: the real service and a site around it, and a browser as people have it."""

from __future__ import annotations

import pytest

from consent_service.domain.notice.wording import texts_in
from tests.e2e.conftest import CHROMIUM, CHROMIUM_OPTIONS
from tests.e2e.snippet.stage import staged


@pytest.fixture(scope="session")
def everyday_browser(playwright):
    """Chromium with its back-forward cache, which Playwright turns off and which its engine alone lacks."""
    launched = playwright.chromium.launch(
        executable_path=CHROMIUM,
        args=CHROMIUM_OPTIONS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield launched
    launched.close()


@pytest.fixture
def stage(world, request):
    """With Chromium's engine; with the whole browser in the long versions, and for a test that is marked so."""
    is_whole = request.config.getoption("--long") or request.node.get_closest_marker("whole_browser")
    with staged(world, request.getfixturevalue("everyday_browser" if is_whole else "browser")) as made:
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
