"""What the snippet costs a visitor: bytes, and time of the main thread on a slow device."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from bench.installation import Installation, installed, serving
from bench.results import Figure, Group, Section
from bench.scale import Scale
from consent_service.domain.notice.notice import Terms
from consent_service.snippet import build
from consent_service.storage import sites
from consent_service.storage.database.engine import reading, writing

SLOWER = 6
MOST_BYTES = 3_584
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width">{script}</head>
<body><main><h1>A page</h1>{text}</main></body></html>"""
TEXT = "<p>Some words of a page that has as many of them as pages have.</p>" * 60


def measure(scale: Scale) -> Section:
    with installed() as place, writing(place.engine) as connection:
        today = datetime.now(UTC).date()
        key = sites.add(connection, "Bench", ["localhost"], Terms("Bench"), today).key
        connection.commit()
        groups = [
            Group("Bytes of consent.js, notice and styles included", _bytes(place, key)),
            _times(place, key, scale.loads),
        ]
    return Section(
        "The snippet",
        f"Time of the main thread until a page of some sixty paragraphs is still, in Chromium with a processor made "
        f"{SLOWER} times slower; medians of {scale.loads} loads each, in turns.",
        groups,
    )


def _bytes(place: Installation, key: str) -> list[Figure]:
    with reading(place.engine) as connection:
        edition = sites.get(connection, key).timeline.latest
    bodies = build.files_for(key, edition, place.url).bodies
    return [
        Figure("raw", len(bodies["identity"]), "bytes"),
        Figure("gzip", len(bodies["gzip"]), "bytes"),
        Figure("brotli", len(bodies["br"]), "bytes", most=MOST_BYTES),
    ]


def _times(place: Installation, key: str, loads: int) -> Group:
    found: dict[str, list[dict[str, float]]] = {}
    with serving(place) as server, sync_playwright() as playwright:
        tag = f'<script src="{server.url}/s/{key}/consent.js" defer></script>'
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=OPTIONS)
        with pages("") as plain, pages(tag) as carrying:
            for _ in range(loads):
                for name, metrics in _one_of_each(browser, plain, carrying).items():
                    found.setdefault(name, []).append(metrics)
        browser.close()
    return Group("Time of the main thread", list(_figures(found)))


def _figures(found: dict[str, list[dict[str, float]]]) -> Iterator[Figure]:
    for metric, meaning in (("TaskDuration", "in all"), ("ScriptDuration", "in scripts")):
        times = {name: 1000 * median(one[metric] for one in metrics) for name, metrics in found.items()}
        for name, milliseconds in times.items():
            yield Figure(f"{name}, {meaning}", milliseconds, "ms")


def _one_of_each(browser: Browser, plain: str, carrying: str) -> dict[str, dict[str, float]]:
    """A page without the snippet, one that shows the notice, and the next one once that is accepted."""
    found = {}
    with browser.new_context() as context:
        found["without the snippet"] = _load(context.new_page(), plain)
    with browser.new_context() as context:
        page = context.new_page()
        found["with it, the notice shown"] = _load(page, carrying)
        with page.expect_response("**/hit"):
            page.get_by_role("button", name="Accept all").click()
        found["with it, a view counted"] = _load(context.new_page(), f"{carrying}/next", awaits_hit=True)
    return found


def _load(page: Page, url: str, awaits_hit: bool = False) -> dict[str, float]:
    """The browser's own account of a load, from an empty page until the network is quiet."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    session.send("Performance.enable")
    with page.expect_response("**/hit") if awaits_hit else nullcontext():
        page.goto(url)
    page.wait_for_load_state("networkidle")
    metrics = session.send("Performance.getMetrics")["metrics"]
    return {one["name"]: float(one["value"]) for one in metrics}


@contextmanager
def pages(tag: str) -> Iterator[str]:
    """A site, each of whose pages has this tag; its address."""
    body = PAGE.format(script=tag, text=TEXT).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
