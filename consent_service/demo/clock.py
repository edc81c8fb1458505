"""The demo's clock, which the simulated history moves for every process."""

from __future__ import annotations

import mmap

from consent_service.config import Config
from consent_service.spool.directory import Spool


class MovableClock:
    """Seconds since 1970 in a mapped file: who moves it moves it for every process that reads it."""

    def __init__(self, config: Config) -> None:
        file = Spool(config.spool_dir).path / "clock"
        if not file.exists():
            file.write_bytes(bytes(8))
        with file.open("r+b") as stream:
            self._word = memoryview(mmap.mmap(stream.fileno(), 8)).cast("d")

    def __call__(self) -> float:
        return self._word[0]

    def move_to(self, instant: float) -> None:
        self._word[0] = instant
