"""The processes of a service, to be watched and killed one by one."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

from tests.e2e.service import Service


class Processes:
    """The processes of a service that runs: main, workers, keeper."""

    def __init__(self, service: Service) -> None:
        self._service = service

    @property
    def main(self) -> int:
        return self._service.pid

    @property
    def keeper(self) -> list[int]:
        return [pid for pid in children(self.main) if name(pid) == "consent-keeper"]

    @property
    def workers(self) -> list[int]:
        return [pid for pid in children(self.main) if name(pid) == "consent-worker"]


def children(parent: int) -> list[int]:
    """Of all its threads."""
    found = []
    for file in Path(f"/proc/{parent}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(pid) for pid in file.read_text().split()]
    return found


def name(pid: int) -> str:
    """As it calls itself."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    return ""


def is_alive(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
