"""What the service is measured against, on the same server with the same workers."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from functools import partial

from consent_service import worker
from consent_service.app import App
from consent_service.collect.request import HitRequest
from consent_service.collect.responses import RECORDED, PlainResponse
from consent_service.config import Config, load
from consent_service.front import server as front
from consent_service.keeper import process as keeper
from consent_service.serving import process, server

Work = Callable[[Config, socket.socket], int]


def reading(config: Config, listener: socket.socket) -> int:
    """The limit: what any application on this server pays that reads a hit. It answers 204 and does nothing else."""
    process.shorten_time_slices()
    app = App(config)
    front.run(listener, lambda _: RECORDED, app.pages, 10_000, app.services.say)
    return 0


def flask(config: Config, listener: socket.socket) -> int:
    """The same work through Flask's own ``/hit``: the service without the hot path in front."""

    def leave(_: HitRequest) -> PlainResponse | None:
        return None

    App.decide = leave  # type: ignore[method-assign, assignment]
    return worker.ready(config)(listener)


TARGETS: dict[str, Work] = {"reading": reading, "flask": flask}
"""Beside the service itself."""

if __name__ == "__main__":
    settings = load(os.environ)
    name = sys.argv[1]
    work = worker.ready(settings) if name == "service" else partial(TARGETS[name], settings)
    server.serve(settings, 1, work, partial(keeper.serve, settings))
