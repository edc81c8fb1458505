"""The application in this process, called as the server calls it: what a hit costs without HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from bench import mix
from bench.installation import installed
from consent_service.app import App, create_app


class Body(NamedTuple):
    """What a server gives to read from; a request can be sent again and again."""

    content: bytes

    def read(self, size: int = -1) -> bytes:
        return self.content if size < 0 else self.content[:size]


class Calls:
    """Requests to be sent to an application in turn."""

    def __init__(self, app: App, file: Path) -> None:
        self.app = app
        self.requests = [_request(line) for line in file.read_text().splitlines()]
        Random(3).shuffle(self.requests)

    def of(self, is_first: bool) -> list[dict[str, Any]]:
        """Those that are the first of a visit, or those that are not."""
        return [one for one in self.requests if (b'"z":' in one["wsgi.input"].content) == is_first]

    def send(self, requests: Sequence[dict[str, Any]]) -> None:
        """Raises RuntimeError if one is not counted."""
        for request in requests:
            self.app(request, _expect_204)


def _expect_204(status: str, _: Any) -> None:
    if status[:3] != "204":
        raise RuntimeError(status)


def _request(line: str) -> dict[str, Any]:
    address, agent, origin, body = line.split("\t")
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/hit",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": Body(body.encode()),
        "CONTENT_LENGTH": str(len(body)),
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_X_FORWARDED_FOR": address,
        "HTTP_USER_AGENT": agent,
        "HTTP_ORIGIN": origin,
    }


@contextmanager
def ready() -> Iterator[Calls]:
    """With the mix of one site, each request sent once, so that what can be remembered is."""
    with installed() as place:
        file = mix.write(place.folder / "requests", place.add_sites(1, datetime.now(UTC).date()))
        app = create_app(place.config)
        calls = Calls(app, file)
        app(dict(calls.requests[0]), _expect_204)  # Flask's route teaches the worker; it writes into the environ
        calls.send(calls.requests)
        yield calls
        app.services.engine.dispose()
