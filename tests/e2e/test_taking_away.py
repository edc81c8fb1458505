"""Tokens and shared links in a real browser: who may embed a frame, and that nothing bars anyone's way."""

import re

import pytest

from tests import people
from tests.e2e.looker import looking
from tests.e2e.snippet.recorder import serving
from tests.owner import EMAIL
from tests.postgresql import free_port


@pytest.fixture
def owner(browser, served, published):
    with looking(browser, served.config.public_url) as looker:
        looker.comes_as(people.signed_in(served, EMAIL))
        yield looker


def link_made(owner, site, origins):
    """Make a link, and take its address off the page."""
    owner.page.goto(f"/sites/{site}/sharing")
    owner.page.fill("#name", "Board")
    owner.page.fill("#origins", origins)
    owner.page.click("text=Make the link")
    return re.search(r"http://[^\s]+/share/[\w-]{43}", owner.page.inner_text("pre"))[0]


@pytest.mark.parametrize(("named", "is_shown"), [(True, True), (False, False)])
def test_the_frame_is_shown_by_the_pages_that_were_named_alone(browser, owner, published, named, is_shown):
    port = free_port()
    link = link_made(owner, published, f"http://localhost:{port if named else port + 1}")

    def embedding(_, start_response):
        start_response("200 OK", [("Content-Type", "text/html")])
        return [f'<!doctype html><iframe src="{link}/frame" title="numbers"></iframe>'.encode()]

    with serving(embedding, port):
        page = browser.new_context().new_page()
        page.goto(f"http://localhost:{port}/", wait_until="networkidle")
        assert (page.frame_locator("iframe").locator("text=October 2026").count() > 0) == is_shown
        page.context.close()


def test_what_is_made_and_what_others_see_of_it_bars_nobody(owner, published):
    link = link_made(owner, published, "https://example.org")
    owner.look("link-made")
    owner.open(f"{link}/frame")
    owner.page.goto("/account/tokens")
    owner.page.fill("#name", "Report")
    owner.page.click("text=Make the token")
    owner.look("token-made")
    owner.page.uncheck("[name='read:numbers']")
    owner.page.uncheck("[name='read:exports']")
    owner.page.fill("#name", "Report")
    owner.page.click("text=Make the token")
    owner.look("token-wrong")
