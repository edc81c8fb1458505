"""The real HTTP server and application, on a clock that the demo moves."""

from __future__ import annotations

import mmap
import os
from collections.abc import Callable

from consent_service.app import App, create_app
from consent_service.config import Config, load
from consent_service.serving import process, server
from consent_service.spool.directory import Spool
from consent_service.spool.writer import start_sealing

SEAL_SECONDS = 0.02
"""A simulated day takes a fraction of a second; its tallies must not wait for a real one."""


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


def create() -> App:
    """A worker's application on the moved clock."""
    process.harden()
    process.end_with_parent(os.getppid())
    config = load(os.environ)
    app = create_app(config, _clock(config))
    start_sealing(app.writer, app.services.rate_limit.forget)
    return app


def _clock(config: Config) -> Callable[[], float]:
    return MovableClock(config)


if __name__ == "__main__":
    process.end_with_parent(os.getppid())
    server.http_server(load(os.environ), "consent_service.demo.worker:create").serve()
