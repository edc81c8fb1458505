"""Reading the tallies that workers left: the sealed ones, and those whose owner is gone."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from consent_service.domain.counting.counts import TallyCell
from consent_service.domain.counting.hit import COUNTERS
from consent_service.spool.directory import Spool, SpoolError
from consent_service.spool.pending import is_pending
from consent_service.spool.tally import (
    CELLS,
    FIRST_CELL,
    LAYOUT,
    MAGIC,
    MOST_REASONS,
    NAME_BYTES,
    NAMES_AT,
    OPENED,
    REFUSALS,
    WORD,
    Book,
    undo,
)


class SealedTally(NamedTuple):
    """What one tally file holds: its cells by book, how often each reason refused a hit, and when it was opened."""

    books: dict[Book, list[TallyCell]]
    refusals: list[int]
    opened: int


def read(path: Path) -> SealedTally:
    """Read a tally that nobody writes any more.

    Raises SpoolError if another version wrote it. By ``read`` into memory of our own, not by a mapping: on a full
    tmpfs even reading a hole of a mapping kills.
    """
    content = bytearray(path.read_bytes())
    words = memoryview(content).cast("q")
    if words and words[LAYOUT] not in (0, MAGIC):
        raise SpoolError(f"the tally {path} was written by another version: only that one can read it")
    if len(content) <= NAMES_AT or words[LAYOUT] != MAGIC:
        # Killed before the first store: it holds no hit.
        return SealedTally({}, [0] * MOST_REASONS, 0)
    undo(words)
    books: dict[Book, list[TallyCell]] = {}
    for number, name in enumerate(_names(content, words[CELLS], words[NAME_BYTES])):
        first = FIRST_CELL + number * COUNTERS
        counters = words[first : first + COUNTERS].tolist()
        if any(counters):
            site, detail, day, dimension, value = name.split("\0", 4)
            books.setdefault((site, detail, day), []).append(TallyCell(dimension, value, counters))
    return SealedTally(books, words[REFUSALS : REFUSALS + MOST_REASONS].tolist(), words[OPENED])


def _names(content: bytearray, cells: int, used: int) -> Iterator[str]:
    position = NAMES_AT
    for _ in range(cells):
        length = int.from_bytes(content[position : position + 2], "little")
        yield content[position + 2 : position + 2 + length].decode()
        position += 2 + length
    assert position <= NAMES_AT + used  # noqa: S101 - names are written before the cell is counted


def claim(spool: Spool, number: int) -> list[Path]:
    """Take over every tally that is sealed or has lost its owner, under a merge's number.

    The rename is the claim: a claimed file is merged by this merge or by its repetition.
    """
    claimed = []
    for path in sorted(spool.tallies.iterdir()):
        if (path.suffix == ".sealed" or _is_orphan(path)) and not _is_of_other_version(path):
            target = spool.claimed / f"{number:012}-{path.stem}"
            path.rename(target)
            claimed.append(target)
    return claimed


def _is_orphan(path: Path) -> bool:
    """Whether a live tally's owner is gone."""
    if path.suffix != ".live":
        return False
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:  # renamed by its owner a moment ago
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return path.exists()


def of_other_versions(spool: Spool) -> list[Path]:
    """The tallies that another version has written: they are left for that version to read."""
    return [path for path in sorted(spool.tallies.iterdir()) if _is_of_other_version(path)]


def _is_of_other_version(path: Path) -> bool:
    try:
        header = _header(path)
    except FileNotFoundError:  # renamed by its owner a moment ago
        return False
    return len(header) == REFUSALS and header[LAYOUT] not in (0, MAGIC)


def _header(path: Path) -> list[int]:
    """The first words of a tally; fewer if it is being made."""
    with path.open("rb") as stream:
        return memoryview(stream.read(REFUSALS * WORD)).cast("q").tolist()


def oldest_opening(spool: Spool) -> float:
    """When the oldest tally that is not yet merged was opened; infinity if none holds anything."""
    while True:
        try:
            return min(map(_opened, (*spool.claimed.iterdir(), *spool.tallies.iterdir())), default=float("inf"))
        except FileNotFoundError:  # sealed by its owner, and so renamed, a moment ago: look again
            continue


def _opened(path: Path) -> float:
    """When a tally was opened; one that is empty is as good as new, and one of another version says nothing."""
    header = _header(path)
    is_ours = len(header) == REFUSALS and header[LAYOUT] == MAGIC
    return header[OPENED] if is_ours and header[CELLS] else float("inf")


def has_counted(spool: Spool, site: str) -> bool:
    """Whether anything was counted of a site on this machine: merged, or in a tally."""
    tallies = [*spool.claimed.iterdir(), *spool.tallies.glob("*.sealed"), *spool.tallies.glob("*.live")]
    return is_pending(spool, site) or any(_names_site(path, site) for path in tallies)


def _names_site(path: Path, site: str) -> bool:
    """A tally may be written or taken away meanwhile: what it held before is enough to tell, or is pending then."""
    try:
        return any(book[0] == site for book in read(path).books)
    except FileNotFoundError:
        return False
    except SpoolError:  # what another version has counted nobody can say here
        return True
