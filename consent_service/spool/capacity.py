"""How much room a spool may need, and how much there is. docs/configuration.md explains the numbers."""

from __future__ import annotations

import os
from pathlib import Path

from consent_service.domain.disclosure.rounding import MEGABYTE
from consent_service.spool.directory import Spool, SpoolError
from consent_service.spool.tally import SIZE
from consent_service.spool.writer import MOST_WAITING

PER_WORKER = 2 * (MOST_WAITING + 2) * SIZE
"""A live tally, one being made and all that may wait; and as many claimed by a merge."""

PER_SITE = 5 * MEGABYTE
"""A pending file whose seats are all taken by the longest values, its successor, and what a batch repeats of it."""

LEAST_PER_WORKER = 4 * SIZE
"""A live tally, the next one, one that waits, one that is merged: below that hits are refused at once."""


def required(workers: int, sites: int) -> int:
    """The bytes that a spool takes at most."""
    return workers * PER_WORKER + sites * PER_SITE


def usage(spool: Spool) -> tuple[int, int]:
    """The bytes that the spool takes and those that are free, tallies left out of the one and put to the other.

    A worker hands a tally over within a second of a hit: with tallies in these numbers, whoever looked often enough
    would see when a visitor came.
    """
    while True:
        tallies = _tallies(spool)
        taken = sum(map(_taken, (file for file in spool.path.rglob("*") if file.parent.name not in _COME_AND_GO)))
        filesystem = os.statvfs(spool.path)
        if tallies == _tallies(spool):  # else one came or went meanwhile: look again
            return taken, filesystem.f_bavail * filesystem.f_frsize + sum(tallies.values())


_COME_AND_GO = ("tallies", "claimed")


def _tallies(spool: Spool) -> dict[Path, int]:
    return {file: _taken(file) for folder in (spool.tallies, spool.claimed) for file in folder.iterdir()}


def total_bytes(spool: Path) -> int:
    """The bytes that a spool has: what it takes already, and what is free beside it."""
    filesystem = os.statvfs(spool)
    return sum(map(_taken, spool.rglob("*"))) + filesystem.f_bavail * filesystem.f_frsize


def _taken(file: Path) -> int:
    try:
        return file.lstat().st_blocks * 512
    except FileNotFoundError:  # a keeper or a command has just removed it
        return 0


def check(spool: Path, room: int, workers: int, sites: int) -> str:
    """What to warn of: one line, or nothing. Raises SpoolError if workers could not even begin."""
    remedy = "set CONSENT_SPOOL_DIR to a folder on a larger tmpfs, or give a container more with --shm-size"
    if room < workers * LEAST_PER_WORKER:
        least = _megabytes(workers * LEAST_PER_WORKER)
        raise SpoolError(f"the spool {spool} has {_megabytes(room)}, its workers need {least} to begin: {remedy}")
    if room >= required(workers, sites):
        return ""
    return (
        f"the spool {spool} has {_megabytes(room)}, its {workers} workers and {sites} sites may need "
        f"{_megabytes(required(workers, sites))} in a flood; then hits are refused: {remedy}"
    )


def _megabytes(number: int) -> str:
    return f"{number // MEGABYTE:,} MB"
