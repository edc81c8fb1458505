"""A service under load, and the check that nothing of it was lost or counted twice.

    with Load(service, targets, seed) as load:     # sends until the block ends
        load.wait_for(5_000)                       # until so many more hits were sent
        ...                                        # kill, stop, fill, lock what you like
    close_everything(service)                      # merge, release and close, as if years had passed
    check(load.ledger, service.environ["CONSENT_DATABASE_URL"])

`targets` are made by `targets_of(service)`: two sites, one for each detail.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, make_url, text

from tests.e2e.service import Service, wait_until
from tests.faults import mix
from tests.faults.mix import Source, Target

ROOT = Path(__file__).parents[2]
RATE, CONNECTIONS = 6_000, 32
MEASURES = ("views", "visits", "visitors", "entries", "engaged_visits")


@pytest.fixture
def seed(request) -> int:
    """Printed, so that a failure can be run again: pytest --seed N."""
    number = request.config.getoption("--seed") or int.from_bytes(os.urandom(4))
    print(f"--seed {number}")
    return number


@pytest.fixture
def settings(environ, tmp_path) -> dict[str, str]:
    """With the sender limit as it is by default, and two workers."""
    data = tmp_path / "data"
    return {
        **environ,
        "CONSENT_DATA_DIR": str(data),
        "CONSENT_DATABASE_URL": f"sqlite:///{data}/consent.sqlite3",
        "CONSENT_HITS_PER_MINUTE": "120",
        "CONSENT_WORKERS": "2",
    }


@pytest.fixture
def service(settings):
    """A service on SQLite that runs."""
    made = Service(settings)
    made.run("migrate")
    made.start()
    yield made
    made.kill()


def targets_of(service: Service) -> list[Target]:
    """Two sites, and the tokens that their visitors hold."""
    found = []
    for detail in ("month", "day"):
        added = service.run(
            "site", "add", f"By {detail}", "--host", "localhost", "--detail", detail, "--threshold", "5"
        )
        key = added.stdout.strip()
        with urllib.request.urlopen(f"{service.url}/s/{key}/notice.json") as answer:
            digest = json.load(answer)["digest"]
        accepted = json.dumps({"s": key, "n": digest}).encode()
        with urllib.request.urlopen(f"{service.url}/consent", accepted) as answer:
            found.append(Target(key, detail, json.load(answer)["token"]))
    return found


def readyz(service: Service) -> tuple[int, str]:
    """Status and text of the page that says what is wrong."""
    try:
        with urllib.request.urlopen(f"{service.url}/readyz") as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


class Ledger:
    """What the load client wrote down, by the source of each hit."""

    def __init__(self, content: dict[str, Any], sources: list[Source]) -> None:
        self.sent: int = content["sent"]
        self.rate: float = self.sent / content["seconds"]
        self.refused: dict[str, int] = content["refused"]
        self.answered = {sources[int(number)]: times for number, times in content["answered"].items()}
        self.unanswered = {sources[int(number)]: times for number, times in content["unanswered"].items()}

    def __str__(self) -> str:
        answered, unanswered = sum(self.answered.values()), sum(self.unanswered.values())
        became = f"{answered} answered 204, {unanswered} unanswered, refused {self.refused}"
        return f"{self.sent} hits sent, {self.rate:.0f} a second: {became}"


class Load:
    """A steady load on a service, for the length of a ``with`` block."""

    def __init__(self, service: Service, targets: list[Target], seed: int, folder: Path, rate: int = RATE) -> None:
        self._sources = mix.sources(targets)
        self._files = {name: folder / f"load-{name}" for name in ("job", "ledger", "progress")}
        self._files["progress"].write_bytes(bytes(8))
        host, port = service.url.removeprefix("http://").split(":")
        job = {
            **{name: str(file) for name, file in self._files.items()},
            "host": host,
            "port": int(port),
            "rate": rate,
            "connections": CONNECTIONS,
            "seed": seed,
            "hits": [source.as_job() for source in self._sources],
        }
        self._files["job"].write_text(json.dumps(job))
        self.ledger: Ledger

    def __enter__(self) -> Load:
        command = [sys.executable, "-m", "tests.faults.load", str(self._files["job"])]
        self._process = subprocess.Popen(command, cwd=ROOT)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        assert self._process.wait(60) == 0
        self.ledger = Ledger(json.loads(self._files["ledger"].read_bytes()), self._sources)
        print(self.ledger)

    @property
    def sent(self) -> int:
        return int.from_bytes(self._files["progress"].read_bytes(), "little")

    def wait_for(self, more: int) -> None:
        """Until so many more hits were sent: the moments of a fault are counted in hits, not in seconds."""
        wanted = self.sent + more
        patience = 30 + more / 1_000
        wait_until(lambda: self.sent >= wanted or self._has_ended(), f"{more} more hits to be sent", patience)

    def _has_ended(self) -> bool:
        assert self._process.poll() is None, "the load client has ended"
        return False


def close_everything(service: Service) -> None:
    """Take up what the spool holds, and close all periods, as if this year and the next were over."""
    year_after_next = datetime.now(UTC).year + 2
    service.run("close", at=f"{year_after_next}-01-05 00:00:00")


def check(ledger: Ledger, database: str) -> None:
    """Every hit that was answered 204 is counted once in all that it touches, every other one whole or not at all."""
    targets = sorted({source.target for source in ledger.answered})
    assert targets
    for target in targets:
        stored = _stored(database, target)
        pages = {value: Counter() for (_, dimension, value, _) in stored if dimension == "page"}
        for (_, dimension, value, measure), number in stored.items():
            if dimension == "page":
                pages[value][measure] = number
        hits = mix.counted(pages, target)
        for source, number in hits.items():
            answered, unanswered = ledger.answered.get(source, 0), ledger.unanswered.get(source, 0)
            assert answered <= number <= answered + unanswered, source
        assert stored == mix.added_up(hits, target.detail)


def _stored(database: str, target: Target) -> mix.Cells:
    """All cells of a site that are closed, added up over the periods of a kind."""
    engine = create_engine(make_url(database.replace("postgresql:", "postgresql+psycopg:")), poolclass=NullPool)
    cells: mix.Cells = Counter()
    with engine.connect() as connection:
        for row in connection.execute(text("SELECT * FROM cells WHERE site = :site"), {"site": target.site}):
            assert row.value != "(other)", f"{row} was folded: send more hits"
            kind = {4: "year", 7: "month", 8: "week", 10: "day"}[len(row.period)]
            value = "all" if row.dimension == "hour" else row.value
            for measure in MEASURES:
                cells[kind, row.dimension, value, measure] += getattr(row, measure)
    return +Counter({cell: number for cell, number in cells.items() if cell[1] != "consent"})


class Processes:
    """The processes of a service that runs: main, workers, keeper."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @property
    def main(self) -> int:
        return self._service.pid

    @property
    def keeper(self) -> list[int]:
        return [pid for pid in children(self.main) if b"keeper" in _command(pid)]

    @property
    def workers(self) -> list[int]:
        return [pid for pid in children(self.main) if b"keeper" not in _command(pid)]


def children(parent: int) -> list[int]:
    """Of all its threads."""
    found = []
    for file in Path(f"/proc/{parent}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(pid) for pid in file.read_text().split()]
    return found


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def is_alive(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
