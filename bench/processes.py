"""What Linux tells of processes: who belongs to a server, what they have used, what they hold."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")
MEGABYTE = 1024 * 1024


def children(parent: int) -> list[int]:
    """Of all threads of a process."""
    found: list[int] = []
    for file in Path(f"/proc/{parent}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(pid) for pid in file.read_text().split()]
    return sorted(found)


def name(pid: int) -> str:
    """As it calls itself: of the service's, main, worker or keeper."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    return ""


def cpu_seconds(pids: Iterable[int]) -> float:
    """Of processor time, for user and kernel, so far."""
    return sum(_ticks(pid) for pid in pids) * TICK


def _ticks(pid: int) -> int:
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(parts[11]) + int(parts[12])


def resident(pid: int) -> float:
    """Megabytes, shared pages included."""
    return _megabytes(pid, "VmRSS")


def most_resident(pid: int) -> float:
    """Megabytes at the most since the process began."""
    return _megabytes(pid, "VmHWM")


def private(pid: int) -> float:
    """Megabytes without the pages of files: what is the process's own."""
    return _megabytes(pid, "RssAnon")


def proportional(pid: int) -> float:
    """Megabytes, of shared pages a process's part."""
    found = re.findall(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    return int(found[0]) / 1024


def _megabytes(pid: int, name: str) -> float:
    return int(re.findall(rf"{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[0]) / 1024
