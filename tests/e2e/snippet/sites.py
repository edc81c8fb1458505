"""Sites of three pages, each made with something that replaces, caches or reconciles the document."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.snippet.pages import SitePages
from tests.e2e.snippet.stage import Stage
from tests.e2e.snippet.visitor import (
    FIRST_TOUCH,
    FIRST_VIEW,
    NEW_VISITOR,
    SECOND_VIEW,
    accept,
    button,
    change,
    control,
    notice,
    settle,
)

ROOT = Path(__file__).parents[3]
PACKAGES = ROOT / "node_modules"
NAMES = ("One", "Two", "Three")

HTML = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>{head}</head>
<body {attributes}><main id="swup"><h1>{name}</h1>
<nav><a href="/one">One</a> <a href="/two">Two</a> <a href="/three">Three</a></nav></main></body></html>"""


@dataclass(frozen=True)
class Site:
    """Pages as a server renders them, and what the head has beside the snippet's line: before it, or after it."""

    head: str = ""
    attributes: str = ""
    package: str = ""
    is_first: bool = False

    def lay_out(self, pages: SitePages) -> None:
        line = pages.script.replace("{script}", pages.script_url)
        if self.package:
            pages.files["/library.js"] = (PACKAGES / self.package).read_text()
        head = self.head + line if self.is_first else line + self.head
        for name in NAMES:
            html = HTML.format(name=name, head=head, attributes=self.attributes)
            pages.files[f"/{name.lower()}"] = html

    @property
    def says(self) -> tuple[str, ...]:
        """How that begins which the library has to say of the page itself."""
        return ()

    def is_ready(self, page: Page) -> None:
        """Wait until the page's links are the library's."""


MISMATCH = (
    "Warning: Text content did not match. Server",
    "Warning: An error occurred during hydration. The server HTML was replaced",
    "Encountered a script tag while rendering React component.",
)


LATER = "addEventListener('load', () => setTimeout(() => import('/later.js')))"
"""As routers do that import their pages: the window does not wait for them."""


@dataclass(frozen=True)
class WholeDocument(Site):
    """A document of which a library renders all, from <html> on: on the server first, and again in the browser."""

    library: str = "react-19"
    is_mismatched: bool = False
    is_late: bool = False

    @property
    def says(self) -> tuple[str, ...]:
        """What React says of a difference that is there on purpose, with and without us."""
        return MISMATCH if self.is_mismatched else ()

    def lay_out(self, pages: SitePages) -> None:
        built = bundled(self.library, self.is_first, self.is_mismatched)
        pages.files["/library.js"] = LATER if self.is_late else built["app"]
        pages.files["/later.js"] = built["app"]
        for path, html in built["pages"].items():
            pages.files[path] = html.replace("CONSENT", pages.script_url)

    def is_ready(self, page: Page) -> None:
        page.wait_for_function("window.isReady")


@cache
def bundled(library: str, is_first: bool, is_mismatched: bool) -> Any:
    properties = {"isFirst": is_first, "isMismatched": is_mismatched, "isWithin": library == "preact"}
    command = [Path(sys.executable).with_name("node"), "build.mjs", library, json.dumps(properties)]
    folder = Path(__file__).with_name("documents")
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


ROUTER = """<script>
    addEventListener("click", (event) => {
        const link = event.target.closest("nav a");
        if (!link) return;
        event.preventDefault();
        go(link.href, true);
    });
    addEventListener("popstate", () => go(location.href));
    async function go(address, isNew) {
        const next = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
        %s
        if (isNew) history.pushState(null, "", address);
    }
</script>"""


def swapping(statement: str) -> Site:
    """A router of a few lines, which puts the next page's content into this document."""
    return Site(ROUTER % statement)


LIBRARY = '<script src="/library.js" defer></script>'

UNPOLY = "<script>addEventListener('DOMContentLoaded', () => up.link.config.followSelectors.push('a'))</script>"

SWUP = "<script>addEventListener('DOMContentLoaded', () => new Swup({ animationSelector: false }))</script>"

SITES = {
    "turbo": Site(LIBRARY, package="@hotwired/turbo/dist/turbo.es2017-umd.js"),
    "turbolinks": Site(LIBRARY, package="turbolinks/dist/turbolinks.js"),
    "htmx": Site(LIBRARY, 'hx-boost:inherited="true"', "htmx.org/dist/htmx.js"),
    "unpoly": Site(LIBRARY + UNPOLY, "up-main", "unpoly/unpoly.js"),
    "swup": Site(LIBRARY + SWUP, package="swup/dist/Swup.umd.js"),
    "react-19": WholeDocument(),
    "react-19, its script first": WholeDocument(is_first=True),
    "react-19, which finds a difference": WholeDocument(is_mismatched=True),
    "react-18": WholeDocument(library="react-18"),
    "react-18, its script first": WholeDocument(library="react-18", is_first=True),
    "react-18, which finds a difference": WholeDocument(library="react-18", is_mismatched=True),
    "react-18, long after the rest": WholeDocument(library="react-18", is_late=True),
    "preact": WholeDocument(library="preact"),
    "preact, its script first": WholeDocument(library="preact", is_first=True),
    "body.innerHTML": swapping("document.body.innerHTML = next.body.innerHTML"),
    "body.replaceWith": swapping("document.body.replaceWith(next.body)"),
    "documentElement.replaceWith": swapping("document.documentElement.replaceWith(next.documentElement)"),
    "documentElement.replaceChildren": swapping(
        "document.documentElement.replaceChildren(...next.documentElement.childNodes)"
    ),
    "documentElement.innerHTML": swapping("document.documentElement.innerHTML = next.documentElement.innerHTML"),
}


PATHS = ["/one", "/two", "/three", "/two"]
FLAGS = [
    NEW_VISITOR | FIRST_VIEW | FIRST_TOUCH,
    NEW_VISITOR | SECOND_VIEW | FIRST_TOUCH,
    NEW_VISITOR | FIRST_TOUCH,
    NEW_VISITOR,
]
"""What is counted of somebody who accepts, follows two links, and goes back."""


class Walk:
    """Somebody new goes through a site by its own links. What the console says is noted: errors and warnings."""

    def __init__(self, stage: Stage, site: Site) -> None:
        site.lay_out(stage.pages)
        self.site = site
        self.visitor = stage.visitor()
        self.said: list[str] = []
        self.visitor.context.on("console", self._hear)
        self.page = self.visitor.opens("/one")
        self.site.is_ready(self.page)
        self.page.evaluate("window.isSame = true")

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).click()
        self.has_come(name)

    def back(self, name: str) -> None:
        self.page.evaluate("history.back()")
        self.has_come(name)

    def has_come(self, name: str) -> None:
        expect(self.page.get_by_role("heading", level=1, name=name, exact=True)).to_be_visible()
        self.page.wait_for_url(f"**/{name.lower()}")
        settle(self.page)

    def is_asked(self) -> None:
        expect(notice(self.page)).to_have_count(1)
        expect(button(self.page, "Accept all")).to_be_visible()

    def accept(self) -> None:
        accept(self.page)
        self.has_chosen()
        settle(self.page)

    def has_chosen(self) -> None:
        """One notice, of which the control is what is seen."""
        expect(notice(self.page)).to_have_count(1)
        expect(control(self.page)).to_be_visible()

    def withdraw(self) -> None:
        change(self.page, "Withdraw consent")
        assert self.page.evaluate("consent.status()") == "refused"

    def is_over(self) -> None:
        """It was one document all the way, and nobody had anything to say."""
        assert self.page.evaluate("window.isSame")
        said = [text for text in self.said + self.visitor.errors if not text.startswith(self.site.says)]
        assert said == []

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.said.append(message.text)


def accept_and_withdraw(stage: Stage, site: Site) -> None:
    """Accept on the first page, withdraw on the last: each view is counted once, and none after that."""
    walk = Walk(stage, site)
    walk.is_asked()
    walk.accept()
    walk.follow("Two")
    walk.follow("Three")
    walk.back("Two")
    walk.has_chosen()
    assert walk.visitor.viewed() == PATHS
    assert walk.visitor.flags() == FLAGS
    walk.withdraw()
    walk.follow("One")
    walk.has_chosen()
    assert len(walk.visitor.hits) == len(PATHS)
    walk.is_over()


def choose_on_the_last_page(stage: Stage, site: Site) -> None:
    """Follow links without a choice: each page asks once, nothing is counted, and the last one's buttons work."""
    walk = Walk(stage, site)
    walk.is_asked()
    walk.follow("Two")
    walk.is_asked()
    walk.follow("Three")
    walk.back("Two")
    walk.is_asked()
    assert walk.visitor.hits == []
    walk.accept()
    assert walk.visitor.viewed() == PATHS[-1:]
    assert walk.visitor.flags() == FLAGS[:1]
    walk.withdraw()
    walk.is_over()
