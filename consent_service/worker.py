"""A worker process: it answers hits and pages on the socket that it was given."""

from __future__ import annotations

import gc
import socket
import sys
from collections.abc import Callable
from functools import partial

from consent_service.app import Foundation, create_app
from consent_service.config import Config
from consent_service.front import server
from consent_service.serving import process
from consent_service.spool.writer import start_sealing
from consent_service.storage.database.engine import close_connections

SWITCH_SECONDS = 0.0005
"""How long another thread may hold the interpreter while the loop waits for it; Python's own 5 ms would delay hits."""

LEAST_CONNECTIONS, MOST_CONNECTIONS = 128, 20_000
"""Of one worker at once."""
OTHER_FILES = 200
"""Of a worker beside its connections: database, tallies, libraries."""


def ready(config: Config) -> Callable[[socket.socket], int]:
    """Make all that workers can share; gives what each does with it."""
    return partial(run, Foundation.lay(config), config)


def run(foundation: Foundation, config: Config, listener: socket.socket) -> int:
    """Work until told to stop; gives the status to end with."""
    process.harden()
    process.shorten_time_slices()
    sys.setswitchinterval(SWITCH_SECONDS)
    most = max(LEAST_CONNECTIONS, min(MOST_CONNECTIONS, process.open_many_files() - OTHER_FILES))
    app = create_app(config, foundation=foundation)
    app.preload()
    start_sealing(app.writer, app.services.rate_limit.forget)
    gc.callbacks.append(_set_aside)
    gc.collect()
    server.run(listener, app.decide, app.pages, most, app.services.say)
    close_connections(app.services.engine)
    return 0


def _set_aside(phase: str, collection: dict[str, int]) -> None:
    """Never look again through what a full collection of garbage has left: for as long hits would wait.

    50 ms of what is there at the start, 60 more with ten thousand sites. What is forgotten later is given back all the
    same, unless it is in a circle.
    """
    if phase == "stop" and collection["generation"] == 2:
        gc.freeze()
