"""The pictures of the dashboard in docs/, of the demo's data: make pictures."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page, expect, sync_playwright

from tests.e2e.conftest import CHROMIUM_OPTIONS
from tests.e2e.looker import submit
from tests.postgresql import free_port

DOCS = Path(__file__).parents[2] / "docs"
SIGN_IN = re.compile(r"Dashboard +(?P<url>\S+) +sign in as (?P<email>\S+) with (?P<password>\S+)")


class Picture(NamedTuple):
    """A page of the dashboard in a window of this size; ``path`` is below that of the first site."""

    name: str
    path: str
    width: int
    height: int
    scheme: str = "light"


PICTURES = (
    Picture("dashboard", "", 1280, 1240),
    Picture("dashboard-dark", "", 1280, 1240, "dark"),
    Picture("dashboard-phone", "", 390, 844),
    Picture("dashboard-sites", "/", 1280, 560),
    Picture("dashboard-settings", "/settings", 1280, 1240),
    Picture("dashboard-notice", "/notices/edit", 1280, 1000),
)


def main() -> None:
    with demo() as (url, email, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_OPTIONS)
        page = browser.new_context(base_url=url).new_page()
        page.goto("/login")
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password").fill(password)
        submit(page.get_by_role("button", name="Sign in"))
        link = page.locator(".sites a").first
        expect(link).to_be_visible()
        site = link.get_attribute("href")
        for picture in PICTURES:
            take(page, picture, "/" if picture.path == "/" else f"{site}{picture.path}")
        browser.close()


@contextmanager
def demo() -> Iterator[tuple[str, str, str]]:
    """A running demo; gives its address, and who signs in with what."""
    environ = {**os.environ, "CONSENT_BIND": f"127.0.0.1:{free_port()}", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "consent_service", "demo"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stdout is not None
        try:
            found = next(match for line in process.stdout if (match := SIGN_IN.search(line)))
            yield found["url"], found["email"], found["password"]
        finally:
            process.terminate()


def take(page: Page, picture: Picture, path: str) -> None:
    page.set_viewport_size({"width": picture.width, "height": picture.height})
    page.emulate_media(color_scheme=picture.scheme)
    answer = page.goto(path, wait_until="networkidle")
    assert answer is not None
    assert answer.ok, path
    page.screenshot(path=DOCS / f"{picture.name}.png")


if __name__ == "__main__":
    main()
