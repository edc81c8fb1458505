"""The generation number: moves when a site or notice changes, so that workers forget what they knew."""

from __future__ import annotations

import mmap
import os

from consent_service.spool.place import Spool, write_whole


class Generation:
    """The number in the spool, mapped, so that looking costs a worker one load."""

    def __init__(self, spool: Spool) -> None:
        if not spool.generation.exists():
            write_whole(spool.generation, bytes(8))
        descriptor = os.open(spool.generation, os.O_RDWR | os.O_CLOEXEC)
        try:
            self._word = memoryview(mmap.mmap(descriptor, 8)).cast("q")
        finally:
            os.close(descriptor)

    def current(self) -> int:
        return self._word[0]

    def move_to(self, number: int) -> None:
        self._word[0] = number
