"""A WSGI application called with a request that the event loop has read (PEP 3333)."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

TOO_LARGE = "consent_service.too_large"
"""In the environ of a request whose body was not read, because it is larger than its address takes."""

ADMITTED = "consent_service.admitted"
"""In scope and environ of a hit that goes on to Flask: the rate limit has counted it."""

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

    from uvicorn._types import HTTPScope


class Answer(NamedTuple):
    """What an application answered, whole."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


def environ_of(scope: HTTPScope) -> WSGIEnvironment:
    """The environ of a request without its body."""
    host, port = scope.get("server") or ("localhost", 0)
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if "_" in name:
            continue  # X_Forwarded_For would be the same variable as X-Forwarded-For, which a proxy may have set
        key = name.upper().replace("-", "_")
        if key in ("CONTENT_LENGTH", "TRANSFER_ENCODING"):
            continue  # how the body came; `with_body` says how long it is
        if key != "CONTENT_TYPE":
            key = f"HTTP_{key}"
        environ[key] = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}" if key in environ else value
    return environ


def with_body(environ: WSGIEnvironment, body: bytes) -> WSGIEnvironment:
    """The same environ, with this body to read."""
    environ["CONTENT_LENGTH"] = str(len(body))
    environ["wsgi.input"] = io.BytesIO(body)
    return environ


def call(application: WSGIApplication, environ: WSGIEnvironment) -> Answer:
    """Call the application, and take its answer whole. Raises what it raises. It cannot `write` as PEP 3333 lets it."""
    begun: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> Any:
        begun[:] = [(status, headers)]
        return lambda _: None

    chunks: Iterable[bytes] = application(environ, start_response)
    try:
        body = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    status, headers = begun[0]
    encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return Answer(int(status[:3]), encoded, body)
