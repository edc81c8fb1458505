"""A browser that is looked at wherever it stops: light and dark, on a desk and on a phone.

axe-core finds nothing, no policy is broken, and nothing is wider than the screen.
"""

from __future__ import annotations

import os
from itertools import product
from pathlib import Path
from typing import Any, Self

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = {"desk": (1280, 800), "phone": (320, 640)}
PAIRS = (("light", "desk"), ("dark", "phone"))
EVERY = tuple(product(("light", "dark"), SIZES))
PICTURES = os.environ.get("PICTURES")
"""A folder to look at: each page as it was when axe-core looked at it."""

FOUND = """([places, rules]) => axe.run({ include: places }, { runOnly: rules }).then(({ violations, passes }) =>
    [violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), passes.length])"""


def violations(page: Page, *places: str) -> list[Any]:
    """What axe-core finds wrong in what these selectors find."""
    if page.evaluate("!window.axe"):
        page.evaluate(AXE.read_text())  # not added to the page: its policy lets no script in
    found, passes = page.evaluate(FOUND, [places, RULES])
    assert passes > 5
    return found


def submit(button: Locator) -> None:
    """Press a button that sends a form, and wait for the answer: a press alone may return before it comes."""
    with button.page.expect_navigation():
        button.click()


class Looker:
    """A browser at ``url``, which in the end must not have complained of anything.

    It looks at each page in ``views``: each scheme and each size once, every pair of them in the long versions.
    """

    views = PAIRS

    def __init__(self, browser: Browser, url: str) -> None:
        self.url = url
        self.page = browser.new_context(base_url=url).new_page()
        self.complaints: list[str] = []
        self._gone_to: set[str] = set()
        self.page.on("request", self._note)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.page.context.close()
        assert kind or self.complaints == []

    def _note(self, request: Request) -> None:
        if request.is_navigation_request() and request.frame == self.page.main_frame:
            self._gone_to.add(request.url)

    def _hear(self, message: ConsoleMessage) -> None:
        """What the browser complains about; not that what was gone to refused, or that signing out clears all.

        Nor that axe-core asks the preview, a frame without an origin, which cannot hear it.
        """
        is_refusal = "status of 4" in message.text and message.location["url"] in self._gone_to
        is_of_axe = "'postMessage'" in message.text and message.text.endswith("recipient window's origin ('null').")
        if not is_refusal and not is_of_axe and not message.text.startswith("Clear-Site-Data"):
            self.complaints.append(message.text)

    def comes_as(self, signed_in: Any) -> None:
        """With a session, as signing in leaves it."""
        self.page.context.add_cookies([{"name": "owner", "value": signed_in.cookie().value, "url": self.url}])

    def open(self, path: str, status: int = 200) -> None:
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status, path
        self.look(path)

    def look(self, name: str) -> None:
        """At the page that is open; ``name`` is what messages and pictures call it."""
        self.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        for scheme, size in self.views:
            width, height = SIZES[size]
            self.page.emulate_media(color_scheme=scheme)
            self.page.set_viewport_size({"width": width, "height": height})
            assert violations(self.page, "html") == [], (name, scheme, size)
            assert self.page.evaluate("document.scrollingElement.scrollWidth") <= width, (name, size)
            if PICTURES:
                file = f"{name.strip('/').replace('/', '-')}-{scheme}-{size}.png"
                self.page.screenshot(path=Path(PICTURES) / file, full_page=True)
