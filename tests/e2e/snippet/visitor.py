"""Somebody with a fresh browser, and what can be seen of it from outside."""

from __future__ import annotations

import datetime as dt
from typing import Any

from playwright.sync_api import Browser, Locator, Page, Request, expect

from tests.e2e.service import wait_for

FIRST_OF_DAY, FIRST_OF_WEEK, FIRST_OF_MONTH, FIRST_OF_YEAR = 1, 2, 4, 8
FIRST_VIEW, SECOND_VIEW, FIRST_TOUCH = 16, 32, 64
NEW_VISITOR = FIRST_OF_DAY | FIRST_OF_WEEK | FIRST_OF_MONTH | FIRST_OF_YEAR

NOTHING: dict[str, list[str]] = {"local": [], "session": []}


class Visitor:
    """A browser profile of its own at a fixed time. What it asks for is noted in order.

    Where the browser's own measurements matter it keeps its own clock: a fixed one takes them away.
    """

    def __init__(self, browser: Browser, site: str, service: str, own_clock: bool = False, **options: Any) -> None:
        self._site, self._service = site, service
        self.context = browser.new_context(**options)
        self.errors: list[str] = []
        self.hits: list[Any] = []
        self._asked: list[str] = []
        self._own_clock = own_clock
        self.context.on("request", self._note)
        self.context.on("weberror", lambda error: self.errors.append(str(error.error)))

    def at(self, time: dt.datetime) -> None:
        if not self._own_clock:
            self.context.clock.set_fixed_time(time)

    def holding(self, name: str, value: str) -> Visitor:
        """With a cookie of the site."""
        self.context.add_cookies([{"name": name, "value": value, "url": self._site}])
        return self

    def where(self, script: str) -> Visitor:
        """With a browser that is changed before any page runs."""
        self.context.add_init_script(script)
        return self

    def opens(self, path: str = "/", referer: str | None = None) -> Page:
        page = self.context.new_page()
        page.goto(self._site + path, referer=referer)
        return page

    def cookies(self) -> dict[str, str]:
        return {cookie["name"]: cookie["value"] for cookie in self.context.cookies()}

    def local_storage(self) -> dict[str, str]:
        """What the site has kept, without opening a page of it."""
        state = self.context.storage_state()
        kept = [origin["localStorage"] for origin in state["origins"] if origin["origin"] == self._site]
        return {item["name"]: item["value"] for items in kept for item in items}

    def asked_of_service(self) -> list[str]:
        """Paths of the service, in the order in which they were requested."""
        return [url.removeprefix(self._service) for url in self._asked if url.startswith(self._service)]

    def viewed(self) -> list[str]:
        """Paths of the hits in the order in which they were sent; they may arrive in another."""
        return [hit["p"] for hit in self.hits]

    def flags(self) -> list[int]:
        return [hit["f"] for hit in self.hits]

    def leave(self) -> None:
        self.context.close()

    def _note(self, request: Request) -> None:
        self._asked.append(request.url)
        if request.url.endswith("/hit"):
            self.hits.append(request.post_data_json)


def notice(page: Page) -> Locator:
    """The one that is alive: a copy that the page had kept of itself is not open, and not seen."""
    return page.locator("consent-notice:popover-open")


def button(page: Page, name: str) -> Locator:
    return notice(page).get_by_role("button", name=name, exact=True)


def buttons(page: Page) -> Locator:
    return notice(page).get_by_role("button")


def control(page: Page, name: str = "Cookie choice") -> Locator:
    return button(page, name)


def accept(page: Page) -> Page:
    button(page, "Accept all").click()
    expect(control(page)).to_be_visible()
    return page


def change(page: Page, choice: str) -> None:
    """Open the control and make another choice."""
    control(page).click()
    button(page, choice).click()
    expect(button(page, choice)).to_be_hidden()
    expect(control(page)).to_be_visible()


def has_come_to_rest(page: Page) -> None:
    """Wait until the notice stands before the body, where it stays: first in the tab order."""
    wait_for(page, "document.body.previousElementSibling?.matches('consent-notice')")


def navigate(page: Page, path: str, how: str = "pushState") -> None:
    page.evaluate("([how, path]) => history[how](null, '', path)", [how, path])


def settle(page: Page) -> None:
    """Returns when all that the snippet has begun is sent: hits queue for the same lock."""
    page.evaluate("navigator.locks.request('consent', () => fetch('/settled'))")


def stored(page: Page) -> dict[str, list[str]]:
    return page.evaluate("({ local: Object.keys(localStorage).sort(), session: Object.keys(sessionStorage) })")


def pages_seen(page: Page) -> int:
    """How long the list of pages is that the browser keeps."""
    return page.evaluate("(localStorage.getItem('consent-pages') || '').split(',').filter(Boolean).length")
