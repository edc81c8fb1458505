"""The real HTTP server and application, on a clock that the demo moves."""

from __future__ import annotations

import os

from consent_service.app import App, create_app
from consent_service.config import load
from consent_service.demo.clock import MovableClock
from consent_service.serving import process, server
from consent_service.spool.writer import start_sealing

SEAL_SECONDS = 0.02
"""A simulated day takes a fraction of a second; its tallies must not wait for a real one."""


def create() -> App:
    """A worker's application on the moved clock."""
    process.harden()
    process.end_with_parent(os.getppid())
    config = load(os.environ)
    app = create_app(config, MovableClock(config))
    start_sealing(app.writer, app.services.rate_limit.forget)
    return app


if __name__ == "__main__":
    process.end_with_parent(os.getppid())
    server.http_server(load(os.environ), "consent_service.demo.worker:create").serve()
