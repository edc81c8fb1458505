"""Passwords are hashed one at a time on each machine, on a thread of their own that gives way to all others.

A hash takes a tenth of a second of both processors and 64 MB. Sign-ins wait in a short queue, which all workers of
a machine share; when it is full, they are told to come again. Strangers, whose browser has never signed in, have a part
of the queue and so many hashes in a minute, so that a flood of them keeps out no browser that is known.
"""

from __future__ import annotations

import fcntl
import os
import struct
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

STRANGERS_PLACES, KNOWN_PLACES = 3, 2
"""In the queue, those being hashed included. Together fewer than the threads that answer owners in one worker."""

STRANGERS_AT_ONCE, STRANGERS_PER_SECOND = 30, 1
"""Hashes: in a flood of strangers, a tenth of one processor."""

NICE = 10

_BUCKET = struct.Struct("<dd")
"""what is left, and since when, in seconds since 1970"""


class TooManyHashes(Exception):
    """The queue is full, or strangers have had their share."""


class Hashing:
    """The queue of this worker and its neighbours: places and share are locked files in ``folder``, the spool."""

    def __init__(self, folder: Path, clock: Callable[[], float]) -> None:
        self._folder = folder
        self._clock = clock
        self._executor = ThreadPoolExecutor(1, "hashing", initializer=_give_way)

    def run(self, work: Callable[[], T], *, is_known: bool) -> T:
        """What ``work`` gives or raises, once it was its turn. Raises TooManyHashes."""
        kind, places = ("known", KNOWN_PLACES) if is_known else ("strangers", STRANGERS_PLACES)
        for number in range(places):
            with self._locked(f"hashing-{kind}-{number}", wait=False) as is_ours:
                if is_ours:
                    if not is_known and not self._takes_share():
                        break
                    return self._executor.submit(self._in_turn, work).result()
        raise TooManyHashes

    def _in_turn(self, work: Callable[[], T]) -> T:
        with self._locked("hashing", wait=True):
            return work()

    def _takes_share(self) -> bool:
        """Take one of what strangers may have hashed; False if there is none left."""
        with self._locked("hashing-share", wait=True) as descriptor:
            now, most = self._clock(), float(STRANGERS_AT_ONCE)
            kept = os.pread(descriptor, _BUCKET.size, 0)
            left, since = _BUCKET.unpack(kept) if len(kept) == _BUCKET.size else (most, now)
            passed = now - since if now >= since else 0
            left = min(most, left + passed * STRANGERS_PER_SECOND)
            takes = bool(left >= 1)
            os.pwrite(descriptor, _BUCKET.pack(left - 1 if takes else left, now), 0)
            return takes

    @contextmanager
    def _locked(self, name: str, *, wait: bool) -> Iterator[int]:
        """Hold the lock of this name; gives the file's descriptor, or 0 if another process or thread holds it."""
        descriptor = self._open(f"{name}.lock")
        try:
            held = 0
            with suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
                held = descriptor
            yield held
        finally:
            os.close(descriptor)

    def _open(self, name: str) -> int:
        """A file in the spool; where that is gone or full, one of this call alone, and nobody is waited for."""
        with suppress(OSError):
            return os.open(self._folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return os.memfd_create(name, os.MFD_CLOEXEC)


def _give_way() -> None:
    """Let everything else have a busy processor first: on Linux this is the thread's own, and theirs that it starts."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
