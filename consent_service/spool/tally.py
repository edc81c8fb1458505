"""The tally: one worker's counters since its last seal, in a memory-mapped file.

The file is a row of 64-bit words: a header, an undo record, the cells (`hit.COUNTERS` words each), then the
cells' names as text. A store to an aligned word is whole whenever the process dies, and a hit that changes
several words writes their old values to the undo record first: whoever reads the file after a crash sees a hit
whole or not at all.
"""

from __future__ import annotations

import fcntl
import mmap
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from consent_service.domain.counting.hit import COUNTERS

WORD = 8
MAGIC = 0x0003_594C4C4154  # "TALLY", layout 3

# Words of the header.
LAYOUT, CELLS, NAME_BYTES, OPENED, UNDO = range(5)
REFUSALS = 5
MOST_REASONS = 16
UNDO_PAIRS = REFUSALS + MOST_REASONS
MOST_UNDONE = 40
FIRST_CELL = UNDO_PAIRS + 2 * MOST_UNDONE

MOST_CELLS = 8_192
NAMES_AT = (FIRST_CELL + MOST_CELLS * COUNTERS) * WORD
NAME_SPACE = 640 * 1024
SIZE = NAMES_AT + NAME_SPACE
"""About 1.4 MB: what one second of a flood in which everything is new fills."""

NEARLY_ALL_CELLS, NEARLY_ALL_SPACE = MOST_CELLS * 3 // 4, NAME_SPACE * 3 // 4
"""What is left then is for the other sites: the flood of one must not have the hits of all refused."""

Book: TypeAlias = tuple[str, str, str]
"""site key, detail, day: what all cells of one site and day share"""

CellIncrement: TypeAlias = tuple[str, str, Sequence[int]]
"""dimension, value, and the counters of that cell to which a hit adds one"""

Amounts: TypeAlias = Mapping[tuple[str, str], Mapping[int, int]]
"""what a hit adds to the counters of cells, by dimension and value, where that is not one each"""


MOST_OF_A_HIT, LONGEST_NAMES = 16, 4_096
"""The cells that one hit touches at most, and the bytes of their names."""


class TallyFull(Exception):
    """No room for another cell of this book; the hit must go to the next tally."""


class Tally:
    """An open tally. Its file carries a lock that ends with the process.

    The file is made as ``.new``, gets its space and its lock, and is then renamed to ``.live``: a live file
    without a lock has lost its owner. Raises OSError (ENOSPC) where there is no room: space is allocated before
    it is touched, so that a full file system is an error here and not a bus error later.
    """

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.path = path.with_suffix(".live")
        self._descriptor = os.open(path.with_suffix(".new"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.posix_fallocate(self._descriptor, 0, SIZE)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            self._map = mmap.mmap(self._descriptor, SIZE)
        except OSError:
            os.close(self._descriptor)
            path.with_suffix(".new").unlink()
            raise
        self._words = memoryview(self._map).cast("q")
        self._words[LAYOUT], self._words[OPENED] = MAGIC, int(clock())
        self._books: dict[Book, dict[tuple[str, str], int]] = {}
        self._spelled: dict[Book, int] = {}
        path.with_suffix(".new").rename(self.path)

    def mark_opened(self, now: int) -> None:
        """Say that it was opened now. Only while it is empty."""
        self._words[OPENED] = now

    @property
    def is_empty(self) -> bool:
        return not self._words[CELLS] and not any(self._words[REFUSALS:UNDO_PAIRS])

    @property
    def has_room(self) -> bool:
        """Whether a hit of a site that does not crowd it finds its cells here."""
        return self._words[CELLS] + MOST_OF_A_HIT <= MOST_CELLS and self._words[NAME_BYTES] < NAME_SPACE - LONGEST_NAMES

    def apply(self, book: Book, increments: Sequence[CellIncrement]) -> None:
        """Add one to every counter that a hit touches, whole or not at all. Raises TallyFull."""
        cells = self._books.get(book)
        if cells is None:
            cells = self._open_book(book)
        changed = []
        for dimension, value, counters in increments:
            # All cells are found before the undo record is written: finding one can fail.
            cell = cells.get((dimension, value)) or self._add_cell(book, dimension, value)
            for counter in counters:
                changed.append(cell + counter)  # noqa: PERF401 - a comprehension here is slower and harder to read
        self._add_one(changed)

    def _open_book(self, book: Book) -> dict[tuple[str, str], int]:
        # A clock that was set back may open the book of a day that had passed already when the tally was opened.
        self._words[OPENED] = min(self._words[OPENED], int(self._clock()))
        cells = self._books[book] = {}
        self._spelled[book] = 0
        return cells

    def _add_one(self, changed: list[int]) -> None:
        words = self._words
        position = UNDO_PAIRS
        for word in changed:
            words[position] = word
            words[position + 1] = words[word]
            position += 2
        words[UNDO] = len(changed)
        try:
            for word in changed:
                words[word] += 1
        except BaseException:
            undo(words)
            raise
        words[UNDO] = 0

    def add(self, book: Book, amounts: Amounts) -> None:
        """Add amounts to counters, whole or not at all. Raises TallyFull."""
        cells = self._books.get(book) or self._open_book(book)
        changes = [
            (cell + counter, amount)
            for name, counters in amounts.items()
            for cell in [cells.get(name) or self._add_cell(book, *name)]
            for counter, amount in counters.items()
        ]
        self._put_down([word for word, _ in changes])
        try:
            for word, amount in changes:
                self._words[word] += amount
        except BaseException:
            undo(self._words)
            raise
        self._words[UNDO] = 0

    def _put_down(self, changed: list[int]) -> None:
        """Write the undo record. (`_add_one`, which most hits take, has it in line.)"""
        words = self._words
        for place, word in enumerate(changed):
            words[UNDO_PAIRS + 2 * place], words[UNDO_PAIRS + 2 * place + 1] = word, words[word]
        words[UNDO] = len(changed)

    def refuse(self, reason: int) -> None:
        self._words[REFUSALS + reason] += 1

    def _add_cell(self, book: Book, dimension: str, value: str) -> int:
        number, used = self._words[CELLS], self._words[NAME_BYTES]
        name = "\0".join((*book, dimension, value)).encode()
        crowds_out = (number >= NEARLY_ALL_CELLS and len(self._books[book]) > number // 2) or (
            used >= NEARLY_ALL_SPACE and self._spelled[book] > used // 2
        )
        if number == MOST_CELLS or used + len(name) + 2 > NAME_SPACE or crowds_out:
            raise TallyFull
        self._map[NAMES_AT + used : NAMES_AT + used + len(name) + 2] = len(name).to_bytes(2, "little") + name
        self._words[NAME_BYTES] = used + len(name) + 2
        self._spelled[book] += len(name)
        self._words[CELLS] = number + 1
        cell = FIRST_CELL + number * COUNTERS
        self._books[book][dimension, value] = cell
        return cell

    def seal(self) -> None:
        """Hand the tally over: nothing is written after this. The last hit's undo record is wiped."""
        for word in range(UNDO_PAIRS, FIRST_CELL):
            self._words[word] = 0
        self.path.rename(self.path.with_suffix(".sealed"))
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._words.release()
        self._map.close()
        os.close(self._descriptor)


def undo(words: memoryview) -> None:
    """Take back a hit that was under way: restore the words that its undo record names."""
    for pair in range(words[UNDO]):
        position = UNDO_PAIRS + 2 * pair
        words[words[position]] = words[position + 1]
    words[UNDO] = 0
