"""The real HTTP server and application, on a clock that the demo moves."""

from __future__ import annotations

import os
import socket

from consent_service.app import create_app
from consent_service.config import Config, load
from consent_service.demo.clock import MovableClock
from consent_service.front import server as front
from consent_service.serving import process
from consent_service.serving.listening import listen
from consent_service.spool.writer import start_sealing

SEAL_SECONDS = 0.02
"""A simulated day takes a fraction of a second; its tallies must not wait for a real one."""


def run(config: Config, listener: socket.socket) -> None:
    """Work on the moved clock, until told to stop."""
    process.harden()
    app = create_app(config, MovableClock(config))
    start_sealing(app.writer, app.services.rate_limit.forget, seconds=SEAL_SECONDS)
    front.run(listener, app.decide, app.pages, 128, app.services.say)


if __name__ == "__main__":
    process.end_with_parent(os.getppid())
    settings = load(os.environ)
    run(settings, listen(settings.host, settings.port, 1)[0])
