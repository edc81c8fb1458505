"""The generation number: moves when a site or notice changes, so that workers forget what they knew."""

from __future__ import annotations

import mmap
import os

from consent_service.spool.place import Spool


class Generation:
    """The number in the spool, mapped, so that looking costs a worker one load."""

    def __init__(self, spool: Spool) -> None:
        # Made in place and never replaced: of two processes that begin at once both must map the same file.
        descriptor = os.open(spool.generation, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, 8)
            self._word = memoryview(mmap.mmap(descriptor, 8)).cast("q")
        finally:
            os.close(descriptor)

    def current(self) -> int:
        return self._word[0]

    def move_to(self, number: int) -> None:
        self._word[0] = number
