"""A service of the benchmark's own: folders, settings, sites, the tokens that their visitors hold, a server."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import NamedTuple

from bench import processes
from consent_service.config import load
from consent_service.domain.calendar.periods import quarter_of
from consent_service.domain.notice.consent import Consent
from consent_service.domain.notice.notice import Terms
from consent_service.security.tokens import KeyRing
from consent_service.storage import sites
from consent_service.storage.counts import quarter_keys
from consent_service.storage.database import migrate
from consent_service.storage.database.engine import connect, writing

ROOT = Path(__file__).parents[1]
HOST = "bench.example"
SERVICE, READING, FLASK = "service", "reading", "flask"
"""Of `bench.targets`."""
OFTEN = "60000"
"""Hits of a sender in a minute: the limit is on and looks at each, but a load from one machine does not reach it."""


class Visitors(NamedTuple):
    """What the visitors of a site send with each hit."""

    site: str
    token: str


class Installation:
    """Settings, database and spool. The data folder is on a disk, the spool in memory, as in life."""

    def __init__(self, data: Path, shared: Path, **settings: str) -> None:
        self.folder = shared
        self.data = data / "data"
        self.environ = {
            "CONSENT_DATA_DIR": str(self.data),
            "CONSENT_SPOOL_DIR": str(shared / "spool"),
            "CONSENT_BIND": f"127.0.0.1:{free_port()}",
            "CONSENT_HITS_PER_MINUTE": OFTEN,
            "CONSENT_WORKERS": "2",
            **settings,
        }
        self.config = load(self.environ)
        self.url = f"http://127.0.0.1:{self.config.port}"
        self.engine = connect(self.config.database_url)
        migrate.migrate(self.engine)

    def add_sites(self, number: int, today: date) -> list[Visitors]:
        """Sites that began on a day, whose visitors have accepted on it."""
        ring = KeyRing(self.config.secret_keys)
        with writing(self.engine) as connection:
            quarter_keys.assign(connection, [quarter_of(today)], ring)
            made = [sites.add(connection, f"Site {n}", [HOST], Terms("Bench"), today) for n in range(number)]
        return [
            Visitors(site.key, ring.sign(Consent(site.key, site.timeline.latest.notice.digest, quarter_of(today))))
            for site in made
        ]


class Server(NamedTuple):
    """A server that runs."""

    url: str
    main: int

    @property
    def workers(self) -> list[int]:
        return [pid for pid in processes.children(self.main) if processes.name(pid) == "consent-worker"]

    @property
    def keeper(self) -> int:
        return next(pid for pid in processes.children(self.main) if processes.name(pid) == "consent-keeper")


@contextmanager
def installed(**settings: str) -> Iterator[Installation]:
    """An installation with these settings; removed at the end."""
    data, shared = Path(tempfile.mkdtemp(prefix="bench-")), Path(tempfile.mkdtemp(prefix="bench-", dir="/dev/shm"))
    made = Installation(data, shared, **settings)
    try:
        yield made
    finally:
        made.engine.dispose()
        shutil.rmtree(data)
        shutil.rmtree(shared)


@contextmanager
def serving(place: Installation, target: str = SERVICE, **environ: str) -> Iterator[Server]:
    """Serve it until the block ends."""
    place.engine.dispose()  # the start empties SQLite's log, which nobody may use then
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.targets", target], cwd=ROOT, env={**_plain(), **place.environ, **environ}
    )
    try:
        await_answer(f"{place.url}/healthz")
        yield Server(place.url, process.pid)
    finally:
        process.terminate()
        process.wait()


def _plain() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("CONSENT_")}


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def await_answer(url: str) -> None:
    """Until a server answers; twenty seconds at most."""
    for _ in range(2_000):
        with suppress(OSError), urllib.request.urlopen(url):
            return
        time.sleep(0.01)
    raise RuntimeError("the server did not start")
