"""What the service is measured against, on the same server with the same workers."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

from consent_service import wsgi
from consent_service.collect.payload import LONGEST_BODY
from consent_service.collect.responses import HEADERS
from consent_service.config import load
from consent_service.serving import process, server


def empty() -> Callable[[Any, Any], Iterable[bytes]]:
    """The limit: an application that answers 204 and does nothing; in a list, which Granian sends at once."""
    process.shorten_time_slices()
    process.end_with_parent(os.getppid())

    def answer(_: Any, start_response: Any) -> Iterable[bytes]:
        start_response("204 No Content", [])
        return [b""]

    return answer


def reading() -> Callable[[Any, Any], Iterable[bytes]]:
    """What any application pays that reads a hit: it reads the body and answers as the service does."""
    process.shorten_time_slices()
    process.end_with_parent(os.getppid())

    def answer(environ: Any, start_response: Any) -> Iterable[bytes]:
        environ["wsgi.input"].read(LONGEST_BODY + 1)
        start_response("204 No Content", HEADERS)
        return [b""]

    return answer


def flask() -> Callable[[Any, Any], Iterable[bytes]]:
    """The same work through Flask's own ``/hit``: the service without the hot path in front."""
    app: Callable[[Any, Any], Iterable[bytes]] = wsgi.create().flask.wsgi_app
    return app


if __name__ == "__main__":
    server.serve(load(os.environ), sites=1, target=sys.argv[1])
