"""The page of a site in a real browser: the chart, its policy, a phone, a screen reader's rules."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from playwright.sync_api import expect
from werkzeug.serving import WSGIRequestHandler, make_server

from consent_service.domain.roles import EVERYTHING
from consent_service.storage import accounts, annotations, goals
from consent_service.storage.engine import writing
from tests.owner import EMAIL, PASSWORD, Press
from tests.postgresql import free_port
from tests.world import World

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = """
axe.run().then(found => JSON.stringify(found.violations.map(one => [one.id, one.nodes.map(node => node.html)])))
"""
DECLARED = ("page", "referrer", "country", "device", "engagement", "event", "lcp")
PATHS = {
    "list": "/",
    "month": "/sites/{key}?period=2026-10",
    "open": "/sites/{key}",
    "day": "/sites/{key}?period=2026-10-14",
    "year": "/sites/{key}?period=2026&compare=year",
    "chosen": "/sites/{key}?from=2026-10-03&to=2026-11-22",
    "backwards": "/sites/{key}?from=2026-11-22&to=2026-10-03",
    "annotations": "/sites/{key}/annotations",
    "goals": "/sites/{key}/goals",
}


class Quiet(WSGIRequestHandler):
    def log(self, *_):
        pass


@pytest.fixture
def world(environ, clock):
    """A service under an address that a browser can reach."""
    port = free_port()
    address = f"127.0.0.1:{port}"
    made = World({**environ, "CONSENT_BIND": address, "CONSENT_PUBLIC_URL": f"http://{address}"}, clock)
    server = make_server("127.0.0.1", port, made.app, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()
    made.dispose()


@pytest.fixture
def site(world, clock):
    """A site with two closed months, days of both, an annotation and a goal; the clock stands at 22 November."""
    clock.move(days=-94)
    key = world.add_site("Harbour", dimensions=DECLARED, events=("letter",))
    clock.move(days=94)
    press = Press(world)
    cells = {
        "site": [900, 500, 300, 0, 200, 0],
        "engagement": [0, 300, 200, 0, 0, 9_000],
        "page": {f"/page-{number}": [90 - number, 60, 40, 20] for number in range(14)},
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
    with writing(world.engine) as connection:
        accounts.add(connection, EMAIL, PASSWORD, EVERYTHING)
        site = world.site(key)
        annotations.add(connection, site, "2026-10-14", "Report on the news", site.timeline.day_at(clock()))
        goals.add(connection, site, "letter", "Letter subscribed")
    return key


def signed_in(browser, world, **options):
    page = browser.new_context(**options).new_page()
    page.goto(f"{world.config.public_url}/login")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button").click()
    expect(page.get_by_role("heading", name="Sites")).to_be_visible()
    return page


def violations(page):
    """Of axe's rules, run past the page's policy as an extension of the browser would."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE.read_text()})
    found = session.send("Runtime.evaluate", {"expression": RULES, "awaitPromise": True, "returnByValue": True})
    return found["result"]["value"]


LOOKS = {
    "light": {"viewport": {"width": 1180, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1180, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 320, "height": 640}},
}


@pytest.mark.parametrize("look", LOOKS)
def test_pages_break_no_rule_of_accessibility_keep_to_their_policy_and_fit_the_screen(browser, world, site, look):
    page = signed_in(browser, world, **LOOKS[look])
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if "Security Policy" in message.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    for name, path in PATHS.items():
        page.goto(world.config.public_url + path.format(key=site))
        expect(page.get_by_role("main")).to_be_visible()
        assert violations(page) == "[]", name
        assert page.evaluate("document.documentElement.scrollWidth") <= LOOKS[look]["viewport"]["width"], name

    assert complaints == []
    page.context.close()


def test_the_chart_is_drawn_anew_with_what_is_under_the_pointer(browser, world, site):
    page = signed_in(browser, world)
    page.goto(f"{world.config.public_url}/sites/{site}?period=2026-10")

    expect(page.locator("#series canvas")).to_be_visible()
    expect(page.locator("#series svg.chart")).to_be_hidden()
    page.locator("#series .u-over").scroll_into_view_if_needed()
    box = page.locator("#series .u-over").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 13.3 / 30.6, box["y"] + 40)
    legend = page.locator("#series .u-legend")
    expect(legend).to_contain_text("Wednesday, 14 October 2026 (Report on the news)")
    expect(legend).to_contain_text("34")
    page.context.close()


def test_without_a_script_the_servers_chart_and_everything_else_is_there(browser, world, site):
    page = signed_in(browser, world, java_script_enabled=False)
    page.goto(f"{world.config.public_url}/sites/{site}?period=2026-10")

    expect(page.locator("#series svg.chart")).to_be_visible()
    page.get_by_role("search", name="Pages").get_by_role("searchbox").fill("page-1")
    page.get_by_role("button", name="Find in Pages").click()
    expect(page.get_by_text("5 of 14 match")).to_be_visible()
    page.get_by_text("Choose days").click()
    page.get_by_label("From").fill("2026-10-03")
    page.get_by_label("to", exact=True).fill("2026-10-09")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("Daily visitors added up")).to_be_visible()
    page.context.close()


def test_the_keyboard_leads_through_the_page_to_the_table_behind_the_chart(browser, world, site):
    page = signed_in(browser, world)
    page.goto(f"{world.config.public_url}/sites/{site}?period=2026-10")

    summary = page.locator("section:has(#by-part) summary")
    for _ in range(60):
        page.keyboard.press("Tab")
        if summary.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")

    expect(page.get_by_role("row", name="Wednesday, 14 October 2026")).to_be_visible()
    page.context.close()


def test_on_paper_the_servers_chart_is_shown_and_no_navigation(browser, world, site):
    page = signed_in(browser, world)
    page.goto(f"{world.config.public_url}/sites/{site}?period=2026-10")
    expect(page.locator("#series canvas")).to_be_visible()

    page.emulate_media(media="print")

    expect(page.locator("#series svg.chart")).to_be_visible()
    expect(page.locator("#series .plot")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Compare with")).to_be_hidden()
    page.context.close()
