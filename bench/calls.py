"""The application in this process, called as the server calls it: what a hit costs without HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from bench import mix
from bench.installation import installed
from consent_service.app import App, create_app
from consent_service.collect.request import HitRequest
from consent_service.collect.responses import RECORDED


class Calls:
    """Requests to be sent to an application in turn."""

    def __init__(self, app: App, file: Path) -> None:
        self.app = app
        self.requests = [_request(line) for line in file.read_text().splitlines()]
        Random(3).shuffle(self.requests)

    def of(self, is_first: bool) -> list[HitRequest]:
        """Those that are the first of a visit, or those that are not."""
        return [request for request in self.requests if (b'"z":' in request.body) == is_first]

    def send(self, requests: Sequence[HitRequest]) -> None:
        """Raises RuntimeError if one is not counted."""
        for request in requests:
            if self.app.decide(request) is not RECORDED:
                raise RuntimeError("a hit was not counted")


def _request(line: str) -> HitRequest:
    address, agent, origin, body = line.split("\t")
    return HitRequest(body.encode(), "127.0.0.1", address, origin, agent)


@contextmanager
def ready() -> Iterator[Calls]:
    """With the mix of one site, each request sent once, so that what can be remembered is."""
    with installed() as place:
        file = mix.write(place.folder / "requests", place.add_sites(1, datetime.now(UTC).date()))
        app = create_app(place.config)
        app.preload()
        calls = Calls(app, file)
        calls.send(calls.requests)
        yield calls
        app.services.engine.dispose()
