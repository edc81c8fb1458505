"""Dying at a chosen instruction: the points that docs/exactly-once.md lists, or the n-th line of our own code.

A point is named by the function and the beginning of the line before which the process is killed, by itself and
with SIGKILL: no ``finally`` runs, no buffer is written, no lock is given back but by the kernel.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

import pytest

import consent_service

PACKAGE = Path(consent_service.__file__).parent
TRACED = {
    str(file)
    for folder, names in {
        "backup": ("*",),
        "keeper": ("batches", "catalogue", "closing", "coarsening", "keeper", "releasing", "seats"),
        "spool": ("*",),
        "storage": ("sites",),
        "storage/counts": ("cells", "expired_periods", "quarter_keys", "saved_spools", "spools"),
        "storage/database": ("engine",),
    }.items()
    for name in names
    for file in [*(PACKAGE / folder).glob(f"{name}.py")] or [pytest.fail(f"there is no {folder}/{name}.py to die in")]
}


def _always(_: dict[str, Any]) -> bool:
    """A function with a name, so that a point can be sent to another process."""
    return True


class Point(NamedTuple):
    """Die before the line of this function that begins so, when it is reached for the ``time``-th time.

    ``given`` looks at the function's variables.
    """

    function: str
    line: str
    time: int = 1
    given: Callable[[dict[str, Any]], bool] = _always

    def is_at(self, frame: FrameType, line: str) -> bool:
        """Of a frame of its function."""
        return line.startswith(self.line) and self.given(frame.f_locals)


def _file(name: str) -> Callable[[dict[str, Any]], bool]:
    return lambda variables: variables["file"].name == name


def _below(folder: str) -> Callable[[dict[str, Any]], bool]:
    return lambda variables: variables["file"].parent.name == folder


HIT = "Tally._add_one"
REPLACE = "new.replace(file)"

WORKER_POINTS = {
    "tally made": Point("Tally.__init__", 'path.with_suffix(".new").rename(self.path)'),
    "tally named": Point("TallyWriter._open", "return self._tally"),
    "cell half added": Point("Tally._add_cell", "self._words[NAME_BYTES] ="),
    "cell added": Point("Tally._add_cell", "self._books[book][dimension, value] = cell"),
    "undo being written": Point(HIT, "words[position + 1] = words[word]", time=2),
    "undo written": Point(HIT, "try:"),
    "hit half counted": Point(HIT, "words[word] += 1", time=2),
    "hit counted": Point(HIT, "words[UNDO] = 0"),
    "hit not answered": Point("count_hits", "answered("),
    "tally rolled": Point("TallyWriter._roll", "if full is not None"),
    "next tally made": Point("TallyWriter.seal", "with self._lock:"),
    "undo wiped": Point("Tally.seal", "self.path.rename("),
    "sealed": Point("Tally.seal", "self.close()"),
}
"""In a worker process."""

KEEPER_POINTS = {
    "merge numbered": Point("claim", "path.rename(target)"),
    "half claimed": Point("claim", "path.rename(target)", time=2),
    "claimed": Point("_finish", "claimed = "),
    "pending written aside": Point("write_whole", REPLACE, given=_below("pending")),
    "half merged": Point("write_whole", REPLACE, time=2, given=_below("pending")),
    "merged": Point("_merge_refusals", "before = "),
    "refusals written aside": Point("write_whole", REPLACE, given=_file("refusals")),
    "refusals merged": Point("_remove", "for path in claimed:"),
    "half removed": Point("_remove", "path.unlink()", time=2),
    "batch numbered": Point("Batches.write", "batch.put("),
    "batch written aside": Point("write_whole", REPLACE, given=_file("batch")),
    "batch put down": Point("Batches._apply", "with _uncollected(), writing("),
    "half released": Point("apply", "_upsert("),
    "half handed over": Point("_hand_over", "_upsert("),
    "half closed": Point("_publish", "_upsert("),
    "before the commit": Point("apply", "return not closed"),
    "committed": Point("settle", "parts: dict"),
    "half settled": Point("settle", "store.save(", time=2),
    "settled": Point("settle", "spool.batch.unlink()"),
    "log not truncated": Point("truncate_log", "if is_shared(engine)"),
    "save noted": Point("_write_durably", "partial = "),
    "save written aside": Point("_write_durably", "partial.replace(file)"),
    "saved": Point("save", "settle(spool, store)"),
    "save half let go": Point(
        "PendingStore.save", "write_whole(", time=2, given=lambda variables: not variables["pending"].periods
    ),
    "save let go": Point("settle", "spool.saving.unlink()"),
    "load staged": Point("Batches._finish_load", "with writing("),
    "load noted": Point("add", "for site, loaded in"),
    "load half added": Point(
        "PendingStore.save", "write_whole(", time=2, given=lambda variables: bool(variables["pending"].loaded)
    ),
    "load added": Point("add", "spool.loading.unlink()"),
}
"""In the keeper's process, or in a command that does the keeper's work."""

POINTS = WORKER_POINTS | KEEPER_POINTS

IN_SMALL_TALLIES = {"tally rolled"}
"""Only reached where a tally is full before it is sealed."""


def die_at(point: Point) -> None:
    """Have this process kill itself at a point, if it comes there."""
    reached = 0

    def is_there(frame: FrameType, line: str) -> bool:
        nonlocal reached
        reached += point.is_at(frame, line)
        return reached == point.time

    _trace(lambda code: code.co_qualname == point.function, is_there)


def die_after(lines: int) -> None:
    """Have this process kill itself after so many lines of our code."""
    passed = 0

    def is_there(*_: Any) -> bool:
        nonlocal passed
        passed += 1
        return passed == lines

    _trace(lambda code: code.co_filename in TRACED or code.co_name == "count_hits", is_there)


def live_on() -> None:
    sys.settrace(None)


def _trace(is_looked_at: Callable[[CodeType], bool], is_there: Callable[[FrameType, str], bool]) -> None:
    sources: dict[str, list[str]] = {}

    def local(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            file = frame.f_code.co_filename
            if file not in sources:
                sources[file] = Path(file).read_text().splitlines()
            if is_there(frame, sources[file][frame.f_lineno - 1].strip()):
                os.kill(os.getpid(), signal.SIGKILL)
        return local

    def everywhere(frame: FrameType, *_: Any) -> Any:
        return local if is_looked_at(frame.f_code) else None

    sys.settrace(everywhere)
