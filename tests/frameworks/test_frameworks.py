"""Frameworks that build a site: the notice is there, once, and whole, on every page. `make frameworks` runs it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.e2e.snippet.pages import SitePages
from tests.e2e.snippet.sites import Site, accept_and_withdraw, choose_on_the_last_page

FOLDER = Path(__file__).parent
COMMANDS = {
    "astro": ("astro", "build"),
    "next": ("next", "build"),
    "react-router": ("react-router", "build"),
    "sveltekit": ("vite", "build"),
}
DIST = {"react-router": "dist/client"}
HYDRATED = "Object.keys(document.querySelector('nav a')).some((name) => name.startsWith('__reactProps'))"
READY = {"next": HYDRATED, "react-router": HYDRATED, "sveltekit": "history.state"}
OFFLINE = {"ASTRO_TELEMETRY_DISABLED": "1", "NEXT_TELEMETRY_DISABLED": "1"}
PLACEHOLDER = "https://service.invalid/consent.js"
"""The script's address as the sites are built with it."""

pytestmark = [pytest.mark.long, pytest.mark.parametrize("name", COMMANDS)]


@cache
def built(name: str) -> dict[str, str]:
    """The site's files by their paths, after its framework's own build."""
    program, *arguments = COMMANDS[name]
    command = [FOLDER / "node_modules/.bin" / program, *arguments]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=FOLDER / name, env={**os.environ, **OFFLINE}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    dist = FOLDER / name / DIST.get(name, "dist")
    files = [path for path in dist.rglob("*") if path.is_file()]
    return {address(path.relative_to(dist)): path.read_text() for path in files}


def address(path: Path) -> str:
    return f"/{path}".removesuffix("/index.html").removesuffix(".html")


@dataclass(frozen=True)
class Built(Site):
    name: str = ""

    def lay_out(self, pages: SitePages) -> None:
        for path, text in built(self.name).items():
            pages.files[path] = text.replace(PLACEHOLDER, pages.script_url)

    def is_ready(self, page: Page) -> None:
        page.wait_for_function(READY.get(self.name, "true"))


def test_who_accepts_is_counted_on_each_page_and_can_withdraw_on_the_last(stage, name):
    accept_and_withdraw(stage, Built(name=name))


def test_who_has_not_chosen_is_asked_on_each_page_and_can_choose_on_the_last(stage, name):
    choose_on_the_last_page(stage, Built(name=name))
