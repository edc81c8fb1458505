"""A worker process's entry: Granian calls `create` once in each."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys

from consent_service import process
from consent_service.app import App, create_app
from consent_service.config import load
from consent_service.spool.writer import keep_sealing

SWITCH_SECONDS = 0.0005
"""How long another thread (the sealing one) may hold the interpreter; Python's own 5 ms would delay hits."""


def create() -> App:
    """The worker's application, with its sealing thread started."""
    process.keep_to_itself()
    parent = multiprocessing.parent_process()  # as it was at the fork: by now the process may have another
    process.end_with_parent(parent.pid if parent and parent.pid else os.getppid())
    sys.setswitchinterval(SWITCH_SECONDS)
    app = create_app(load(os.environ))
    process.forget_environment()
    keep_sealing(app.writer, app.services.senders.forget)
    # What is there now stays. Looking through all of it for garbage takes 50 ms, for which hits would wait.
    gc.collect()
    gc.freeze()
    return app
