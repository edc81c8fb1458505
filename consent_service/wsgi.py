"""A worker process's entry: Granian calls `create` once in each."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys

from consent_service.app import App, create_app
from consent_service.config import load
from consent_service.serving import process
from consent_service.spool.writer import start_sealing

SWITCH_SECONDS = 0.0005
"""How long another thread (the sealing one) may hold the interpreter; Python's own 5 ms would delay hits."""


def create() -> App:
    """The worker's application, with its sealing thread started."""
    process.harden()
    process.shorten_time_slices()
    parent = multiprocessing.parent_process()  # as it was at the fork: by now the process may have another
    process.end_with_parent(parent.pid if parent and parent.pid else os.getppid())
    sys.setswitchinterval(SWITCH_SECONDS)
    app = create_app(load(os.environ))
    process.forget_environment()
    app.preload()
    start_sealing(app.writer, app.services.rate_limit.forget)
    gc.callbacks.append(_set_aside)
    gc.collect()
    return app


def _set_aside(phase: str, collection: dict[str, int]) -> None:
    """Never look again through what a full collection of garbage has left: for as long hits would wait.

    50 ms of what is there at the start, 60 more with ten thousand sites. What is forgotten later is given back all the
    same, unless it is in a circle.
    """
    if phase == "stop" and collection["generation"] == 2:
        gc.freeze()
