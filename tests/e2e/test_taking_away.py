"""Tokens and shared links in a real browser: who may embed a frame, and that nothing bars anyone's way."""

import re

import pytest

from tests.e2e.snippet.recorder import serving
from tests.postgresql import free_port


def link_made(looker, site, origins):
    """Make a link, and take its address off the page."""
    looker.page.goto(f"/sites/{site}/sharing")
    looker.page.fill("#name", "Board")
    looker.page.fill("#origins", origins)
    looker.page.click("text=Make the link")
    return re.search(r"http://[^\s]+/share/[\w-]{43}", looker.page.inner_text("pre"))[0]


@pytest.mark.parametrize(("named", "is_shown"), [(True, True), (False, False)])
def test_the_frame_is_shown_by_the_pages_that_were_named_alone(browser, looker, published, named, is_shown):
    port = free_port()
    link = link_made(looker, published, f"http://localhost:{port if named else port + 1}")

    def embedding(_, start_response):
        start_response("200 OK", [("Content-Type", "text/html")])
        return [f'<!doctype html><iframe src="{link}/frame" title="numbers"></iframe>'.encode()]

    with serving(embedding, port):
        page = browser.new_context().new_page()
        page.goto(f"http://localhost:{port}/", wait_until="networkidle")
        assert (page.frame_locator("iframe").locator("text=October 2026").count() > 0) == is_shown
        page.context.close()


def test_what_is_made_and_what_others_see_of_it_bars_nobody(looker, published):
    link = link_made(looker, published, "https://example.org")
    looker.look("link-made")
    looker.open(f"{link}/frame")
    looker.page.goto("/account/tokens")
    looker.page.fill("#name", "Report")
    looker.page.click("text=Make the token")
    looker.look("token-made")
    looker.page.uncheck("[name='read:numbers']")
    looker.page.uncheck("[name='read:exports']")
    looker.page.fill("#name", "Report")
    looker.page.click("text=Make the token")
    looker.look("token-wrong")
