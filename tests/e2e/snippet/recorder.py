"""What stands between the browsers and the service: every request is noted, with the status that answered it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

PATIENCE = 60
CORS = [("Access-Control-Allow-Origin", "*")]


@dataclass
class Request:
    """One request, and the status of its answer (0 until there is one)."""

    method: str
    path: str
    headers: dict[str, str]
    body: str
    status: int = 0

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def is_taken(self) -> bool:
        """Whether the answer is the one that was asked for."""
        return self.status == 204 if self.path == "/hit" else self.status == 200


class Recorder:
    """A WSGI application around the real one, which answers everything.

    Two things that the service does only in trouble can be had here, in front of it: a path may be answered with
    another status `instead`, with `words`, and answers may be held back.
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self._changed = threading.Condition()
        self._may_answer = threading.Event()
        self._may_answer.set()
        self.requests: list[Request] = []
        self.instead: dict[str, str] = {}
        self.words: dict[str, bytes] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        request = self._note(environ, body)
        assert self._may_answer.wait(PATIENCE)

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            with self._changed:
                request.status = int(status[:3])
                self._changed.notify_all()
            return start_response(status, headers, *more)

        if request.path in self.instead:
            start(self.instead[request.path], CORS)
            return [self.words.get(request.path, b"not now")]
        return self._app(environ, start)

    def to(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    def refused(self) -> list[tuple[str, int]]:
        """Path and status of everything that was not answered as it asked to be."""
        return [(one.path, one.status) for one in self.requests if not one.is_taken]

    def wait(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds; looked at whenever a request or an answer comes."""
        with self._changed:
            assert self._changed.wait_for(holds, PATIENCE), self.requests

    def hold(self) -> None:
        """Hold all answers back until `let_go`."""
        self._may_answer.clear()

    def let_go(self) -> None:
        self._may_answer.set()

    def _note(self, environ: dict[str, Any], body: bytes) -> Request:
        headers = {name[5:].lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
        headers["content_type"] = environ.get("CONTENT_TYPE", "")
        request = Request(environ["REQUEST_METHOD"], environ["PATH_INFO"], headers, body.decode())
        with self._changed:
            self.requests.append(request)
            self._changed.notify_all()
        return request


class _Silent(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        pass


@contextmanager
def serving(app: Any, port: int = 0) -> Iterator[int]:
    """Serve a WSGI application on loopback, a thread for each request; gives the port."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
