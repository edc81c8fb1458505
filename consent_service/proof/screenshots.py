"""Pictures of a banner, taken by Chromium where one is installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""Programs, the first that is on the PATH."""

WIDTH, HEIGHT = 960, 540

_OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--force-device-scale-factor=1",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # nothing but the file itself
    "--virtual-time-budget=3000",
    f"--window-size={WIDTH},{HEIGHT}",
)


def find_browser() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def take(browser: str, page: str, seconds: float) -> bytes | None:
    """A PNG of a page, within so many seconds. Fails open: None if there is none, and whoever wants it says so."""
    with tempfile.TemporaryDirectory(prefix="consent-picture-", ignore_cleanup_errors=True) as folder:
        file, picture = Path(folder, "page.html"), Path(folder, "picture.png")
        file.write_text(page, encoding="utf-8")
        places = (f"--user-data-dir={folder}/profile", f"--screenshot={picture}")
        # Chromium refuses to run as root with its sandbox; what it is shown is our own page alone.
        sandbox = () if os.geteuid() else ("--no-sandbox",)
        _run([browser, *_OPTIONS, *sandbox, *places, file.as_uri()], folder, seconds)
        return picture.read_bytes() if picture.exists() else None


def _run(command: list[str], folder: str, seconds: float) -> None:
    """Run a program that starts others, and end them all if they take too long."""
    environ = {"HOME": folder, "PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "TZ": "UTC"}
    with suppress(OSError):
        started = subprocess.Popen(
            command,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        with suppress(subprocess.TimeoutExpired):
            started.wait(seconds)
        with suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)
        started.wait()
