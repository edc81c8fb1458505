"""The generation number: moves when a site or notice changes, so that workers forget what they knew.

Beside it a second number, which moves when other sites than before are over their cap.
"""

from __future__ import annotations

import mmap
import os

from consent_service.spool.directory import Spool

SIZE = 16


class Generation:
    """The numbers in the spool, mapped, so that looking costs a worker one load."""

    def __init__(self, spool: Spool) -> None:
        # Made in place and never replaced: of two processes that begin at once both must map the same file.
        descriptor = os.open(spool.generation, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, SIZE)  # an older version's file held the first number alone
            self._words = memoryview(mmap.mmap(descriptor, SIZE)).cast("q")
        finally:
            os.close(descriptor)

    def current(self) -> int:
        return self._words[0]

    def move_to(self, number: int) -> None:
        self._words[0] = number

    def caps(self) -> int:
        return self._words[1]

    def move_caps(self) -> None:
        self._words[1] += 1
