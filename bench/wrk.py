"""Load by wrk: as fast as it goes, or at a steady rate; what was answered, and how soon."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Literal, NamedTuple

SCRIPT = Path(__file__).with_name("load.lua")
CONNECTIONS = 32

Kind = Literal["as written", "new", "large"]


class Answers(NamedTuple):
    """What became of a load; latencies in milliseconds.

    wrk adds to them what a stall has held back (its correction for coordinated omission): at a steady rate they are
    those of a sender that does not wait for answers.
    """

    requests: int
    seconds: float
    refused: int
    broken: int
    p50: float
    p95: float
    p99: float
    p999: float
    worst: float

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


class Load:
    """A load that runs until it is over or the block ends."""

    def __init__(
        self,
        url: str,
        requests: Path,
        seconds: float,
        rate: float = 0,
        connections: int = CONNECTIONS,
        kind: Kind = "as written",
    ) -> None:
        options = ["-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "20s", "-s", str(SCRIPT)]
        command = [sys.executable, "-m", "bench.turns", "wrk", *options, url, "--", str(requests), f"{rate:.1f}", kind]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def __enter__(self) -> Load:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):
            self._process.terminate()
        self._process.wait()

    def finish(self) -> Answers:
        """Wait for its end. Raises RuntimeError if wrk failed."""
        said, complaint = self._process.communicate()
        found = [line.split()[1:] for line in said.splitlines() if line.startswith("FOUND")]
        if not found:
            raise RuntimeError(complaint or said)
        requests, duration, refused, broken, *latencies = map(int, found[0])
        return Answers(requests, duration / 1e6, refused, broken, *(one / 1000 for one in latencies))


def run(
    url: str,
    requests: Path,
    seconds: float,
    rate: float = 0,
    connections: int = CONNECTIONS,
    kind: Kind = "as written",
) -> Answers:
    with Load(url, requests, seconds, rate, connections, kind) as load:
        return load.finish()


def run_clean(url: str, requests: Path, seconds: float, rate: float = 0, connections: int = CONNECTIONS) -> Answers:
    """Raises RuntimeError if a hit was not counted: then the figure would be of something else."""
    answers = run(url, requests, seconds, rate, connections)
    if answers.refused or answers.broken:
        raise RuntimeError(f"{answers.refused} hits were refused and {answers.broken} broken of {answers.requests}")
    return answers
