"""Which processes keep SQLite's log from being emptied."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_IN_USE = range(120, 128)
"""Bytes of the -shm file that are locked while something is written or read (https://sqlite.org/walformat.html)."""


def users_of(database: Path) -> str:
    """Who reads or writes a SQLite database now, for a message: ``sqlite3 (process 1234)``; not this process.

    Where the kernel does not tell, as across containers, it is "another process".
    """
    shared = database.with_name(database.name + "-shm")
    with suppress(OSError):
        processes = {number for number, start in _locks(shared) if start in _IN_USE}
        names = [f"{_name(number)} (process {number})" for number in sorted(processes - {0, os.getpid()})]
        return ", ".join(names) or "another process"
    return "another process"


def holders(file: Path) -> set[int]:
    """The processes that hold a lock of a file. Raises OSError if it is not there."""
    return {number for number, _ in _locks(file)} - {0}


def _locks(file: Path) -> Iterator[tuple[int, int]]:
    """(process, first byte) of every lock that is held of a file; of another container's process the number is 0."""
    status = file.stat()
    wanted = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
    for line in Path("/proc/locks").read_text().splitlines():
        parts = line.split()
        if parts[1] != "->" and parts[5] == wanted:  # an arrow: it waits for the lock
            yield int(parts[4]), int(parts[6])


def _name(process: int) -> str:
    try:
        return Path(f"/proc/{process}/comm").read_text().strip()
    except OSError:
        return "a process"
