"""A service under load: who sends, what, and what was answered.

with Load(service, targets, seed, folder) as load:     # sends until the block ends
    load.wait_for(5_000)                               # until so many more hits were sent
    ...                                                # kill, stop, fill, lock what you like
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from consent_service.domain.counting.dimensions import DEFAULT
from tests.e2e.service import Service, wait_until
from tests.faults import mix
from tests.faults.mix import Source, Target

ROOT = Path(__file__).parents[2]
RATE, CONNECTIONS = 6_000, 32
LEAST_RATE = 5_000
"""Hits per second that a long test has to reach."""


def targets_of(service: Service) -> list[Target]:
    """A site for each detail, one more for what is ever new, and the tokens that their visitors hold."""
    return [_target(service, detail, is_new) for detail, is_new in (("month", False), ("day", False), ("month", True))]


def _target(service: Service, detail: str, is_new: bool) -> Target:
    added = service.run("site", "add", f"By {detail}", "--host", "localhost", "--detail", detail, "--threshold", "5")
    key = added.stdout.strip()
    with tempfile.NamedTemporaryFile("w", suffix=".json") as notice:
        json.dump({"dimensions": [*DEFAULT, "engagement"]}, notice)
        notice.flush()
        service.run("notice", "publish", key, notice.name)
    with urllib.request.urlopen(f"{service.url}/s/{key}/notice.json") as answer:
        digest = json.load(answer)["digest"]
    accepted = json.dumps({"s": key, "n": digest}).encode()
    with urllib.request.urlopen(f"{service.url}/consent", accepted) as answer:
        return Target(key, detail, json.load(answer)["token"], digest, is_new)


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
        self._steady: list[tuple[int, float]] = []
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
        start, before = time.monotonic(), self.sent
        patience = 30 + more / 1_000
        wait_until(lambda: self.sent >= before + more or self._has_ended(), f"{more} more hits to be sent", patience)
        self._steady.append((self.sent - before, time.monotonic() - start))

    @property
    def steady_rate(self) -> float:
        """Hits per second while it was waited for more of them: also just after a kill, but not during a restart."""
        return sum(hits for hits, _ in self._steady) / sum(seconds for _, seconds in self._steady)

    def _has_ended(self) -> bool:
        assert self._process.poll() is None, "the load client has ended"
        return False
