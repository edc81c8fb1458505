"""A real service in processes of its own, at a time that the test chooses, and a site's pages on another origin."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from tests.postgresql import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Page

FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
PATIENCE = 120
"""Seconds that a busy machine may take: a test that waits so long has failed."""


class Service:
    """``consent-service`` as an administrator runs it: every command through the command line."""

    def __init__(self, environ: dict[str, str], python: str = sys.executable, folder: Path | None = None) -> None:
        self._program = [python, "-m", "consent_service"]
        self._folder = folder
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        settings = {
            "CONSENT_BIND": f"127.0.0.1:{port}",
            "CONSENT_RELEASE_SECONDS": "1",
            "CONSENT_WORKERS": "1",  # what is about several asks for them
            **environ,
        }
        self.environ = {name: value for name, value in os.environ.items() if not name.startswith("CONSENT_")} | settings
        self.output = Path(environ["CONSENT_DATA_DIR"]).with_name("output")
        self._process: subprocess.Popen[bytes] | None = None

    def run(
        self, *arguments: str, at: str = "", check: bool = True, given: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run one command, as if it were ``at``."""
        command, where = [*self._program, *arguments], {"env": self._at(at), "cwd": self._folder}
        done = subprocess.run(command, check=False, capture_output=True, text=True, input=given, timeout=120, **where)
        assert not check or done.returncode == 0, done.stderr
        return done

    def start(self, at: str = "") -> None:
        """Serve, from ``at`` on, and wait until it is ready."""
        command, where = [*self._program, "serve"], {"env": self._at(at), "cwd": self._folder}
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(command, stdout=output, stderr=output, **where)
        wait_until(self._is_ready, f"the service to be ready; it said {self.output.read_text()}")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            assert self._process.wait(PATIENCE) == 0, self.output.read_text()
            self._process = None

    @property
    def pid(self) -> int:
        """Of the main process."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """End the main process as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE)
            self._process = None

    def get(self, path: str) -> int:
        """The status of an answer."""
        try:
            with urllib.request.urlopen(self.url + path) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def setup_link(self) -> str:
        return re.findall(r"http://\S+/setup/\S+", self.output.read_text())[-1]

    def _is_ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.output.read_text()
        with suppress(OSError):
            return self.get("/readyz") == 200
        return False

    def _at(self, at: str) -> dict[str, str]:
        if not at:
            return self.environ
        # The clock runs on from there; the monotonic one, which timers wait by, is left alone.
        return self.environ | {
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME": f"@{at}",
            "DONT_FAKE_MONOTONIC": "1",
            "TZ": "UTC",
            "PYTHONPATH": str(Path(__file__).with_name("faketime")),
        }


def wait_until(holds, what: str, patience: float = PATIENCE) -> None:
    """Ask again and again; fails after two minutes."""
    end = monotonic() + patience
    pause = threading.Event()
    while not holds():
        assert monotonic() < end, f"waited in vain for {what}"
        pause.wait(0.05)


def wait_for(page: Page, expression: str) -> None:
    """Ask from outside until it holds: where a policy forbids `eval`, Playwright's own wait can look only once."""
    wait_until(lambda: page.evaluate(expression), expression)


class SitePages:
    """The pages of a site, with strict headers, on an origin of their own; and scripts, which note that they ran."""

    POLICY = "default-src 'self'; script-src {service}; connect-src {service}; require-trusted-types-for 'script'"

    def __init__(self, service: str) -> None:
        self.key = ""
        self.line = '<script src="{service}/s/{key}/consent.js" defer></script>'
        self.body = ""
        self.scripts: dict[str, str] = {}
        self.redirects: dict[str, str] = {}
        self.headers = {"Content-Security-Policy": self.POLICY.format(service=service)}
        pages, service_url = self, service

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                is_script = self.path.endswith(".js")
                text = pages.script(self.path) if is_script else pages.html(self.path, service_url)
                body = text.encode()
                self.send_response(302 if self.path in pages.redirects else 200)
                if self.path in pages.redirects:
                    self.send_header("Location", pages.redirects[self.path])
                self.send_header("Content-Type", f"text/{'javascript' if is_script else 'html'}; charset=utf-8")
                for name, value in pages.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                with suppress(BrokenPipeError, ConnectionResetError):
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def html(self, path: str, service: str) -> str:
        line = self.line.replace("{service}", service).replace("{key}", self.key)
        return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{path}</title>
<meta name="viewport" content="width=device-width">
{line}</head>
<body><main><h1>{path}</h1><a href="/second">second page</a> <a href="/first">first page</a>
{self.body}</main></body></html>"""

    def script(self, path: str) -> str:
        """A script of the page's own, by default one that notes that it ran."""
        return self.scripts.get(path) or f"(window.ran = window.ran || []).push('{path}')"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
