"""Everything but hits: read as much of the body as its address takes, then call Flask on one of a few threads."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from consent_service.collect.responses import FAULT, HEADERS, PlainResponse
from consent_service.front import wsgi
from consent_service.front.pool import Busy, Pool
from consent_service.front.wsgi import ADMITTED, TOO_LARGE, Answer
from consent_service.serving import faults

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

    from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, HTTPScope

_PLAIN = [
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"x-content-type-options", b"nosniff"),
    *((name.lower().encode(), value.encode()) for name, value in HEADERS),
]


def _plain(status: int, text: bytes, *headers: tuple[bytes, bytes]) -> Answer:
    return Answer(status, [*_PLAIN, *headers], text)


BUSY = _plain(503, b"the service has more to do than it can: try again in a moment\n", (b"retry-after", b"5"))
BROKEN = _plain(500, FAULT.text)


class Left(Exception):
    """The sender has gone."""


class TooLarge(Exception):
    """The body is larger than its address takes."""


class Pages:
    """An ASGI application around a WSGI one.

    ``refusal_of`` gives, by path, what needs no thread to be refused. ``largest_body`` gives, by the environ, how many
    bytes of body a request may have; none are read if it may have none. ``pool_of`` gives, by the environ too, whose
    threads answer it.
    """

    def __init__(
        self,
        application: WSGIApplication,
        refusal_of: Callable[[str], PlainResponse | None],
        largest_body: Callable[[WSGIEnvironment], int],
        pool_of: Callable[[WSGIEnvironment], Pool],
        say: Callable[[str], None],
    ) -> None:
        self._application = application
        self._refusal_of = refusal_of
        self._largest_body = largest_body
        self._pool_of = pool_of
        self._say = say

    async def __call__(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Answer a request. Fails closed: what nobody foresaw is a 500, and not the server's to log."""
        try:
            answer = await self._answer(scope, receive)
        except Left:
            return
        except Busy:
            answer = BUSY
        except Exception as error:  # noqa: BLE001 - its words and its traceback may hold what a visitor sent
            self._say(faults.describe(error))
            answer = BROKEN
        await _send(answer, send)

    async def _answer(self, scope: HTTPScope, receive: ASGIReceiveCallable) -> Answer:
        refusal = self._refusal_of(scope["path"])
        if refusal is not None:
            return _plain(int(refusal.status[:3]), refusal.text)
        environ = wsgi.environ_of(scope)
        environ[ADMITTED] = scope.get(ADMITTED, False)
        if environ["PATH_INFO"] == "/hit":
            environ.pop("HTTP_HOST", None)  # hits are answered under any host, and Flask refuses one that is none
        body = b""
        try:
            body = await _read(receive, self._largest_body(environ), _declared(scope))
        except TooLarge:
            environ[TOO_LARGE] = True
        call = partial(wsgi.call, self._application, wsgi.with_body(environ, body))
        return await self._pool_of(environ).run(call)


def _declared(scope: HTTPScope) -> int:
    """Bytes of body, as far as the headers say."""
    return int(dict(scope["headers"]).get(b"content-length", b"0"))  # the parser has seen that it is a number


async def _read(receive: ASGIReceiveCallable, most: int, declared: int) -> bytes:
    """A request's body. Raises TooLarge and Left."""
    if not most:
        return b""
    body = bytearray()
    more = declared <= most
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise Left
        body += message["body"]
        more = message["more_body"] and len(body) <= most
    if declared > most or len(body) > most:
        raise TooLarge
    return bytes(body)


async def _send(answer: Answer, send: ASGISendCallable) -> None:
    headers = answer.headers
    if not any(name == b"content-length" for name, _ in headers) and answer.status not in (204, 304):
        headers = [*headers, (b"content-length", str(len(answer.body)).encode())]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers, "trailers": False})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})
