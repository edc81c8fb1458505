"""Exports, tokens and shared links in a real browser: who may embed a frame, and that nothing bars anyone's way."""

import re
import threading
from pathlib import Path

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from consent_service.domain.roles import EVERYTHING
from consent_service.storage import accounts
from consent_service.storage.engine import writing
from tests.e2e.service import free_port
from tests.owner import EMAIL, PASSWORD, Press
from tests.world import World

AXE = (Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


class Silent(WSGIRequestHandler):
    def log(self, *_):
        pass


@pytest.fixture
def serve():
    """Serve an application on a port, until the test ends."""
    servers = []

    def start(app, port):
        server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Silent)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def world(environ, clock, serve):
    port = free_port()
    made = World({**environ, "CONSENT_BIND": f"127.0.0.1:{port}"}, clock)
    serve(made.app, port)
    yield made
    made.dispose()


@pytest.fixture
def site(world, clock):
    clock.move(days=-94)
    key = world.add_site("Harbour Network")
    clock.move(days=94)
    pages = {"/": [50, 50, 50, 36], "/a": [30, 30, 30, 20], "/b": [20, 20, 20, 4]}
    for month in ("2026-09", "2026-10"):
        Press(world).close(key, month, {"site": [100, 61, 53, 0, 20], "page": pages, "hour": {"9": [61, 61, 53]}})
    return key


@pytest.fixture
def owner(browser, world):
    """A page of a browser in which the owner is signed in. Its policy lets the checker in."""
    with writing(world.engine) as connection:
        accounts.add(connection, EMAIL, accounts.hashed(PASSWORD), EVERYTHING)
    context = browser.new_context(base_url=world.config.public_url, bypass_csp=True)
    page = context.new_page()
    page.goto("/login")
    page.fill("#email", EMAIL)
    page.fill("#password", PASSWORD)
    page.click("main button")
    yield page
    context.close()


def link_made(page, site, origins):
    """Make a link, and take its address off the page."""
    page.goto(f"/sites/{site}/sharing")
    page.fill("#name", "Board")
    page.fill("#origins", origins)
    page.click("text=Make the link")
    return re.search(r"http://[^\s]+/share/[\w-]{43}", page.inner_text("pre"))[0]


@pytest.mark.parametrize(("named", "is_shown"), [(True, True), (False, False)])
def test_the_frame_is_shown_by_the_pages_that_were_named_alone(browser, world, serve, site, owner, named, is_shown):
    port = free_port()
    origin = f"http://localhost:{port if named else port + 1}"
    link = link_made(owner, site, origin)

    def embedding(_, start_response):
        start_response("200 OK", [("Content-Type", "text/html")])
        return [f'<!doctype html><iframe src="{link}/frame" title="numbers"></iframe>'.encode()]

    serve(embedding, port)
    page = browser.new_context().new_page()
    page.goto(f"http://localhost:{port}/", wait_until="networkidle")
    assert (page.frame_locator("iframe").locator("text=October 2026").count() > 0) == is_shown
    page.context.close()


def violations(page):
    page.evaluate(AXE)
    found = page.evaluate("axe.run()")["violations"]
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


def overflow(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_bars_anyones_way_in_light_and_dark_on_a_phone_and_a_desk(owner, site, scheme, width):
    owner.emulate_media(color_scheme=scheme)
    owner.set_viewport_size({"width": width, "height": 800})
    link = link_made(owner, site, "https://example.org")
    found = {"link made": (violations(owner), overflow(owner))}
    owner.goto("/account/tokens")
    owner.fill("#name", "Report")
    owner.click("text=Make the token")
    found["token made"] = violations(owner), overflow(owner)
    owner.uncheck("[name='read:numbers']")
    owner.uncheck("[name='read:exports']")
    owner.fill("#name", "Report")
    owner.click("text=Make the token")
    for path in ("", f"/sites/{site}/exports", f"/sites/{site}/sharing", "/api", link, f"{link}/frame", "/share/x"):
        if path:
            owner.goto(path)
        found[path] = violations(owner), overflow(owner)
    assert {path: one for path, one in found.items() if one != ([], 0)} == {}
