"""One worker's HTTP server: uvicorn on a socket that was opened before the worker was."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import uvicorn

from consent_service.collect.request import HitRequest
from consent_service.collect.responses import PlainResponse
from consent_service.front.pages import Pages
from consent_service.front.protocol import SILENCE_SECONDS, Connections, FrontProtocol
from consent_service.serving import faults
from consent_service.serving.listening import BACKLOG

STOP_SECONDS = 8
"""How long requests under way are waited for when the worker is told to stop."""


def run(
    listener: socket.socket,
    decide: Callable[[HitRequest], PlainResponse | None],
    pages: Pages,
    most_connections: int,
    say: Callable[[str], None],
) -> None:
    """Serve until told to stop by SIGTERM or SIGINT; what is under way is finished."""
    config = configured(pages, partial(FrontProtocol, decide, Connections(most_connections)))
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.get_loop().set_exception_handler(lambda _, context: say(_described(context)))
        runner.run(uvicorn.Server(config).serve([listener]))


def configured(pages: Pages, protocol: Callable[..., asyncio.Protocol]) -> uvicorn.Config:
    """uvicorn's settings: it says nothing, believes no header, and leaves to Flask what Flask does."""
    for name in ("uvicorn.error", "uvicorn.access", "uvicorn.asgi"):
        logging.getLogger(name).disabled = True  # a line for each malformed request would tell when somebody came
    return uvicorn.Config(
        cast(Any, pages),
        http=cast(type[asyncio.Protocol], protocol),
        loop="uvloop",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,  # the rate limit reads them, and knows whom to trust
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=SILENCE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


def _described(context: dict[str, Any]) -> str:
    """What went wrong in the loop, by its kind and place alone."""
    error = context.get("exception")
    return faults.describe(error) if error else "an error in the event loop"
