"""From the first click to the monthly export, in a real browser, on both databases, once and for real."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from tests.e2e.service import wait_until
from tests.postgresql import onlooker

NOW = "2026-11-22 12:00:00"
NEXT_DAY = "2026-11-23 00:02:00"
NEXT_MONTH = "2026-12-01 00:02:00"
EMAIL, PASSWORD = "owner@example.org", "a long enough password"

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)]
pytestmark = pytest.mark.parametrize("database_url", DATABASES, indirect=True)


def is_counted(answer):
    return answer.url.endswith("/hit") and answer.status == 204


class Visitors:
    """Fresh browsers that come to the site's pages at a chosen time."""

    def __init__(self, browser, service, pages, at):
        self._browser, self._service, self._pages = browser, service.url, pages
        self._at = datetime.fromisoformat(at).replace(tzinfo=UTC)

    def come(self, choice, gpc=False):
        """Open the first page, choose, look at the second page; gives every request and everything stored."""
        context = self._browser.new_context(timezone_id="Europe/Paris", locale="fr-FR")
        if gpc:
            context.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
        page = context.new_page()
        page.clock.install(time=self._at)
        requests = []
        page.on("request", lambda request: requests.append(f"{request.method} {request.url}"))
        page.goto(f"{self._pages.url}/first?campaign=secret#fragment")
        if choice:
            self._choose(page, choice)
        if choice == "Accept all":
            with page.expect_response(is_counted):
                page.goto(f"{self._pages.url}/second")
        else:
            page.goto(f"{self._pages.url}/second")
            # The script ran before the load event; what it had sent would have been sent before this.
            page.evaluate("url => fetch(url, {mode: 'no-cors'}).then(() => null)", f"{self._service}/healthz")
        stored = page.evaluate("JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}])")
        context.close()
        return requests, json.loads(stored)

    def _choose(self, page, choice):
        button = page.get_by_role("button", name=choice, exact=True)
        expect(button).to_be_visible()
        if choice == "Accept all":
            with page.expect_response(is_counted):
                button.click()
        else:
            button.click()
        expect(button).to_have_count(0)


@pytest.fixture
def site(service, pages):
    """A migrated, running service with one site, whose pages carry its line."""
    service.run("migrate")
    service.start(at=NOW)
    pages.key = service.run("site", "add", "Harbour", "--host", "localhost", "--timezone", "UTC", at=NOW).stdout.strip()
    return pages.key


def move_to(service, at):
    service.stop()
    service.start(at=at)
    service.run("close", at=at)


def is_released(service):
    """Whether anything is stored."""
    with onlooker(service.environ["CONSENT_DATABASE_URL"]).connect() as connection:
        return connection.execute(text("SELECT count(*) FROM cells")).scalar() > 0


def sign_in(browser, service):
    """Make the first account by the printed link; gives a signed-in page."""
    page = browser.new_context().new_page()
    page.goto(service.setup_link())
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label(re.compile("^Password")).first.fill(PASSWORD)
    for again in page.get_by_label(re.compile("again", re.IGNORECASE)).all():
        again.fill(PASSWORD)
    page.get_by_role("button").first.click()
    expect(page.get_by_role("link", name="Harbour")).to_be_visible()
    return page


def files_below(folder: Path):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_twelve_who_accept_are_counted_and_shown_and_exported_and_nobody_else(browser, service, pages, site):
    visitors = Visitors(browser, service, pages, NOW)
    for number in range(12):
        if number == 10:  # of the last release a single visit must not be missing: else a breakdown is not published
            wait_until(lambda: is_released(service), "the first ten to be released")
        requests, _ = visitors.come("Accept all")
        assert sum(request.endswith("/hit") for request in requests) == 2
    refused, left = visitors.come("Reject all")
    opted_out, nothing = visitors.come(None, gpc=True)

    for requests in (refused, opted_out):
        assert not [request for request in requests if request.startswith("POST")]
    assert left == ["refused=2026Q4", {}, {}]
    assert nothing == ["", {}, {}]

    service.stop()
    service.start(at=NEXT_DAY)  # the keeper closes the day by itself
    page = sign_in(browser, service)
    page.goto(f"{service.url}/sites/{site}?period=2026-11-22")
    wait_until(lambda: page.reload() and "Open until" not in page.inner_text("main"), "the day to be closed")
    expect(page.locator("main")).to_contain_text(re.compile(r"Visitors\s*12\b"))

    move_to(service, NEXT_MONTH)
    exported = service.run("export", site, "2026-11", at=NEXT_MONTH).stdout
    rows = {(row["dimension"], row["value"]): row for row in csv.DictReader(io.StringIO(exported))}
    counts = ("views", "visits", "visitors")
    assert [rows["site", ""][name] for name in counts] == ["24", "12", "12"]
    # Of two pages that twelve saw each one covers what is small, and is told with it.
    (shown,) = {"/first", "/second"} & {value for dimension, value in rows if dimension == "page"}
    assert [rows["page", shown][name] for name in counts] == ["12", "12", "12"]
    assert [rows["page", "(other)"][name] for name in (*counts, "marks")] == ["12", "", "10", "visits? visitors>="]
    # What all of them share is the only large value, and so the cover, of which too little could be told.
    for name in ("country", "language", "platform", "browser", "hour", "consent"):
        assert {value: row["visits"] for (dimension, value), row in rows.items() if dimension == name} == {
            "(other)": "12"
        }
    assert "secret" not in exported
    assert "fragment" not in exported

    page.goto(f"{service.url}/sites/{site}?period=2026-11")
    expect(page.get_by_role("rowheader", name=shown)).to_be_visible()
    for form in ("csv", "json"):
        with page.expect_download() as download:
            page.get_by_role("link", name=form.upper(), exact=True).click()
        by_command = service.run("export", site, "2026-11", "--format", form, at=NEXT_MONTH).stdout
        assert Path(download.value.path()).read_text() == by_command
    page.context.close()


@pytest.mark.long
def test_nine_who_accept_show_nowhere_and_no_file_holds_their_pages(browser, service, pages, site, tmp_path):
    for _ in range(9):
        Visitors(browser, service, pages, NOW).come("Accept all")

    move_to(service, NEXT_MONTH)
    exported = service.run("export", site, "2026-11", at=NEXT_MONTH).stdout
    assert exported == "site,period,dimension,value,label,views,visits,visitors,engaged_visits,engaged_seconds,marks\n"

    page = sign_in(browser, service)
    for period in ("2026-11-22", "2026-W47", "2026-11", "2026"):
        page.goto(f"{service.url}/sites/{site}?period={period}")
        expect(page.locator("main")).not_to_contain_text(re.compile(r"/first|/second|\b9\b|\b18\b"))
    page.context.close()

    service.stop()
    for path in files_below(tmp_path):
        assert not re.search(rb"/first|/second", path.read_bytes()), path
