"""A connection to a worker without sockets: what comes goes through the real protocol, and what it writes is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from uvicorn.server import ServerState

from consent_service.app import App
from consent_service.collect.request import HitRequest
from consent_service.front.protocol import Connections, FrontProtocol
from consent_service.front.server import configured

STEPS = 8
"""Of the loop: more than a task takes until it waits for a thread, or for the rest of a body."""


class Loop(asyncio.SelectorEventLoop):
    """An event loop whose clock a test moves, run in a thread: Playwright may have one running in the test's own."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead = 0.0
        self._thread = ThreadPoolExecutor(1)

    def run(self, coroutine: Coroutine[Any, Any, None]) -> None:
        self._thread.submit(self.run_until_complete, coroutine).result()

    def close(self) -> None:
        self._thread.shutdown()
        super().close()

    def time(self) -> float:
        return super().time() + self.ahead

    def move(self, seconds: float) -> None:
        """Let time pass, and have done what was to be done by then."""
        self.ahead += seconds
        self.run(asyncio.sleep(0))


class Transport(asyncio.Transport):
    """Keeps what is written to it."""

    def __init__(self, peer: str) -> None:
        super().__init__({"peername": (peer, 40_000), "sockname": ("127.0.0.1", 8_000)})
        self.written: list[bytes] = []
        self.closed = False
        self.unread = 0
        """bytes that the peer does not take"""

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = not self.unread  # what waits is sent first

    def abort(self) -> None:
        self.closed = True

    def get_write_buffer_size(self) -> int:
        return self.unread

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


class Wire:
    """One connection of a peer to an application, on an event loop of its own."""

    def __init__(self, app: App, peer: str = "127.0.0.1", shared: Connections | None = None) -> None:
        self.app = app
        self.loop = Loop()
        self.transport = Transport(peer)
        self._state = ServerState()
        make = partial(FrontProtocol, app.decide, shared or Connections(100))
        self.protocol = make(configured(app.pages, make), self._state, {}, self.loop)
        self.protocol.connection_made(self.transport)

    def send(self, data: bytes) -> bytes:
        """Have the bytes arrive; gives what was answered by the time that nothing more happens."""
        if data:
            self.protocol.data_received(data)
        self.loop.run(_steps())
        while self._state.tasks and self.app.pools.under_way:
            self.loop.run(asyncio.sleep(0.001))
        return self.take()

    def take(self) -> bytes:
        answered, self.transport.written = b"".join(self.transport.written), []
        return answered

    def close(self) -> None:
        self.protocol.connection_lost(None)
        self.loop.close()


async def _steps() -> None:
    for _ in range(STEPS):
        await asyncio.sleep(0)


class Front:
    """What is sent to it as WSGI goes over a wire as HTTP, so that a client of Werkzeug's can send it."""

    def __init__(self, app: App) -> None:
        self._app = app

    def __call__(self, environ: Any, start_response: Any) -> list[bytes]:
        wire = Wire(self._app, environ.get("REMOTE_ADDR", "127.0.0.1"))
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        headers = {name[5:]: value for name, value in environ.items() if name.startswith("HTTP_")}
        path = environ["PATH_INFO"] + (f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else "")
        answer = wire.send(post(path, body, environ["REQUEST_METHOD"], **headers))
        wire.close()
        head, _, content = answer.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        start_response(status.partition(" ")[2], [tuple(line.split(": ", 1)) for line in lines])
        return [content]


def post(path: str, body: bytes, method: str = "POST", **headers: str) -> bytes:
    """A request as bytes; of a header's name a ``_`` is a ``-``."""
    lines = [f"{method} {path} HTTP/1.1", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def answer_to(app: App, request: HitRequest) -> int:
    """The status that a hit is decided on without Flask. Raises AssertionError if it takes Flask."""
    response = app.decide(request)
    assert response is not None
    return int(response.status[:3])
