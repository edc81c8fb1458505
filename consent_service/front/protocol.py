"""HTTP as a worker's event loop speaks it: uvicorn's protocol, with hits answered as soon as they have been read.

A hit needs neither a task nor a thread: its answer is worked out and written where the parser says that the message is
whole. Everything else goes uvicorn's way to `pages`. What a sender may leave us waiting for is bounded, by time and by
size, before anything is kept of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from consent_service.collect.payload import LONGEST_BODY
from consent_service.collect.request import HitRequest
from consent_service.collect.responses import PlainResponse
from consent_service.front.wsgi import ADMITTED

if TYPE_CHECKING:
    from uvicorn.config import Config
    from uvicorn.server import ServerState

REQUEST_SECONDS = 5
"""Within which a request must be there from its first byte to its last; a body that comes at `BYTES_PER_SECOND` has
as long again."""

BYTES_PER_SECOND = 16 * 1024

SILENCE_SECONDS = 15
"""After which a connection on which nothing happens is closed."""

STALLED_SECONDS = 30
"""A connection that does not take its answer is cut after so long."""

LONGEST_HEAD = 32 * 1024
"""Bytes of request line and headers; nginx takes as many."""

MOST_AT_ONCE = 256
"""Hits that may come in one piece, and `MOST_QUEUED` pages that may wait for the one before: no browser and no proxy
sends a second request before the first is answered, but a client may."""

MOST_QUEUED = 8

MOST_LOOKS = 16
"""At connections, before one that is not silent is closed for a new one."""

LATE = PlainResponse("408 Request Timeout", b"the request did not come within %d seconds\n" % REQUEST_SECONDS)
TOO_LONG = PlainResponse(
    "431 Request Header Fields Too Large", b"the headers are longer than %d kB\n" % (LONGEST_HEAD // 1024)
)


INVALID = PlainResponse("400 Bad Request", b"this is not HTTP\n")


class Refused(Exception):
    """What comes is no longer read; `FrontProtocol.send_400_response` says why."""


class Connections:
    """The connections of one worker: so many at once, beyond which one that is silent makes room for the next."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: dict[FrontProtocol, None] = {}
        self._answers: list[tuple[asyncio.Transport, bytes]] = []
        self._date_of: object = None
        self._date = b""

    def date(self, headers: Sequence[tuple[bytes, bytes]]) -> bytes:
        """The header lines that uvicorn adds, joined; it makes them anew each second."""
        if headers is not self._date_of:
            self._date_of, self._date = headers, b"".join(b"%b: %b\r\n" % header for header in headers)
        return self._date

    def add(self, connection: FrontProtocol) -> None:
        self._open[connection] = None
        if len(self._open) > self._most:
            self._make_room()

    def remove(self, connection: FrontProtocol) -> None:
        self._open.pop(connection, None)

    def send_soon(self, connection: FrontProtocol, answer: bytes) -> None:
        """Send an answer once all that has come by now is answered.

        The first answer wakes its reader; if the others follow at once, it is woken once. A third more hits.
        """
        if not self._answers:
            connection.loop.call_soon(self.send)
        self._answers.append((connection.transport, answer))

    def send(self) -> None:
        """Send the answers that wait."""
        answers, self._answers = self._answers, []
        for transport, answer in answers:
            if not transport.is_closing():
                transport.write(answer)

    def _make_room(self) -> None:
        """Cut the first that is silent. Those before it get a second chance behind all others, as a clock's hand does.

        However many there are, a few looks are enough, and whoever is answered keeps the connection.
        """
        for _ in range(MOST_LOOKS):
            connection = next(iter(self._open))
            if connection.is_silent:
                connection.transport.abort()
                return
            self._open[connection] = self._open.pop(connection)
        self.send()  # a hit that is counted is answered: a browser sends again what a kept connection did not answer
        transport = next(iter(self._open)).transport
        if transport.get_write_buffer_size():  # who does not read would keep it open
            transport.abort()
        else:
            transport.close()


class FrontProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(
        self,
        decide: Callable[[HitRequest], PlainResponse | None],
        shared: Connections,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._decide = decide
        self._shared = shared
        self._hit: bytes | None = None
        """the body of a hit that is being read"""
        self._is_receiving = self._has_head = self._is_last = False
        self._received = 0
        """bytes of a head that is not complete, then of the body"""
        self._length = 0
        """of the headers that are, in bytes"""
        self._refusal = INVALID
        """what is answered when the parser gives up"""
        self._at_once = 0
        """hits in the present piece"""
        self._unsent = 0
        """bytes of answers that waited at the last look"""
        self._named: dict[bytes, bytes] = {}
        """the headers; of several with one name the last"""
        self._active = 0.0
        """when something last came"""
        self._silence: asyncio.TimerHandle | None = None
        self._lateness: asyncio.TimerHandle | None = None
        self._stall: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._active = self.loop.time()
        self._silence = self.loop.call_later(SILENCE_SECONDS, self._end_if_silent)
        self._shared.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.pipeline.clear()
        self._shared.remove(self)
        for timer in (self._silence, self._lateness, self._stall):
            if timer:
                timer.cancel()

    @property
    def is_silent(self) -> bool:
        """Whether it waits for nothing, and nothing came for a second."""
        return self._is_free() and self.loop.time() - self._active > 1

    def _is_free(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def data_received(self, data: bytes) -> None:
        self._active = self.loop.time()
        self._at_once = 0
        was_in_head = self._is_receiving and not self._has_head
        super().data_received(data)
        if not self._is_receiving or self.transport.is_closing():
            return
        if was_in_head and not self._has_head:
            self._received += len(data)  # a line that has not ended is not told to `on_header` yet
            if self._received > LONGEST_HEAD:
                self._end_with(TOO_LONG)
                return
        if self._lateness is None:
            self._lateness = self.loop.call_later(REQUEST_SECONDS, self._end_if_late, 0)

    def on_message_begin(self) -> None:
        """Begin a request. What uvicorn prepares for the application is left until it is known to be for it."""
        self.url = b""
        self.headers = []
        self.expect_100_continue = self._has_head = False
        self._is_receiving = True
        self._received = self._length = 0
        self._hit = None

    def on_header(self, name: bytes, value: bytes) -> None:
        """Note a header, but none that comes behind the body. All together are looked at when they are there."""
        if self._has_head:
            return
        self._length += len(name) + len(value)
        if self._length > LONGEST_HEAD:
            self._refuse(TOO_LONG)
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self._has_head = True
        self._received = 0
        self._named = dict(self.headers)
        self.expect_100_continue = self._named.get(b"expect", b"").lower() == b"100-continue"
        is_hit = self.url == b"/hit" and self.parser.get_method() == b"POST"
        if is_hit and not self.expect_100_continue and self._is_free():
            self._hit = b""
            if int(self._named.get(b"content-length", b"0")) > LONGEST_BODY:
                self._refuse_large()
        else:
            self._begin_page()

    def _refuse(self, response: PlainResponse) -> None:
        """Read no more of what comes, and answer so. To be called by the parser's callbacks. Raises Refused."""
        self._refusal = response
        raise Refused

    def _refuse_large(self) -> None:
        """Refuse a hit that is too large, as it would be if it were read."""
        self._refuse(self._decide(self._hit_request(bytes(LONGEST_BODY + 1))) or INVALID)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's signature
        """End the connection because the parser gave up; what was answered before goes first."""
        self._shared.send()
        if self._is_free():
            self._end_with(self._refusal)
        else:
            self.transport.close()  # it would be taken for the answer to the page that is under way

    def _begin_page(self) -> None:
        """Hand the request on, as uvicorn does where it begins."""
        url, headers, expect = self.url, self.headers, self.expect_100_continue
        if len(self.pipeline) >= MOST_QUEUED:
            self._refuse(INVALID)
        super().on_message_begin()
        self.url, self.headers, self.scope["headers"], self.expect_100_continue = url, headers, headers, expect
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._received += len(body)
        if self._hit is None:
            super().on_body(body)
        else:
            self._hit += body
            if len(self._hit) > LONGEST_BODY:
                self._refuse_large()

    def on_message_complete(self) -> None:
        self._is_receiving = False
        if self._lateness:
            self._lateness.cancel()
            self._lateness = None
        if self._hit is None:
            super().on_message_complete()
            return
        self._at_once += 1
        if self._at_once > MOST_AT_ONCE:
            self._refuse(INVALID)
        request, self._hit = self._hit_request(self._hit), None
        response = self._decide(request)
        if response is None:
            self._begin_page()
            cast(dict[str, Any], self.scope)[ADMITTED] = True
            super().on_body(request.body)
            super().on_message_complete()
            return
        self.headers, self._named = [], {}  # nothing of a visitor outlives the answer
        if self.parser.should_keep_alive() and not self._is_last:
            self._write(response)
        else:
            self._end_with(response)

    def _hit_request(self, body: bytes) -> HitRequest:
        headers = self._named
        forwarded = headers.get(b"x-forwarded-for", b"")
        if forwarded and len(headers) != len(self.headers):  # several proxies may have written a line each
            forwarded = b", ".join(value for name, value in self.headers if name == b"x-forwarded-for")
        origin = headers.get(b"origin")
        return HitRequest(
            body,
            self.client[0] if self.client else "",
            forwarded.decode("latin-1"),
            origin if origin is None else origin.decode("latin-1"),
            headers.get(b"user-agent", b"").decode("latin-1"),
            headers.get(b"sec-gpc") == b"1",
        )

    def _write(self, response: PlainResponse, ending: bytes = b"\r\n") -> None:
        date = self._shared.date(self.server_state.default_headers)
        self._shared.send_soon(self, response.head + date + ending + response.text)

    def _end_with(self, response: PlainResponse) -> None:
        """Answer, and close the connection."""
        self._write(response, b"connection: close\r\n\r\n")
        self._shared.send()
        self.transport.close()

    def _end_if_late(self, had: int) -> None:
        """Give up a request that is late.

        A body has as long again if it came at `BYTES_PER_SECOND` since the last look, when it had ``had`` bytes.
        """
        is_page = self._has_head and self._hit is None
        is_coming = self._has_head and self._received - had >= REQUEST_SECONDS * BYTES_PER_SECOND
        is_behind_another = bool(self.pipeline) or not (self._has_head or self._is_free())
        if is_page and self.cycle.response_started:
            self.transport.close()  # it was answered without its body, which still comes
        elif is_coming or is_behind_another:
            self._lateness = self.loop.call_later(REQUEST_SECONDS, self._end_if_late, self._received)
        else:
            self._end_with(LATE)

    def on_response_complete(self) -> None:
        """Go on after a page; read no further requests while some wait, or while answers do."""
        super().on_response_complete()
        self._active = self.loop.time()
        if self.pipeline or self.flow.write_paused:
            self.flow.pause_reading()

    def _end_if_silent(self) -> None:
        """Close a connection on which nothing happens, but not while its answer is worked out or taken."""
        silent_for = self.loop.time() - self._active
        unsent, before = self.transport.get_write_buffer_size(), self._unsent
        self._unsent = unsent
        is_taken = unsent and not 0 < before <= unsent
        if silent_for < SILENCE_SECONDS or is_taken or not self._is_free():
            wait = max(SILENCE_SECONDS - silent_for, SILENCE_SECONDS if is_taken else 1)
            self._silence = self.loop.call_later(wait, self._end_if_silent)
        elif self.transport.is_closing() or unsent:
            self.transport.abort()
        else:
            self.transport.close()
            self._silence = self.loop.call_later(SILENCE_SECONDS, self.transport.abort)

    def shutdown(self) -> None:
        """Have the connection end, as the worker stops: once what is under way is answered."""
        self._shared.send()
        if self._hit is None:
            super().shutdown()
        else:
            self._is_last = True

    def pause_writing(self) -> None:
        """Read no more from a sender that does not take its answers, and cut it off if that goes on."""
        super().pause_writing()
        self.flow.pause_reading()
        self._watch_stall()

    def _watch_stall(self) -> None:
        unsent = self.transport.get_write_buffer_size()
        self._stall = self.loop.call_later(STALLED_SECONDS, self._end_if_stalled, unsent)

    def _end_if_stalled(self, before: int) -> None:
        """Cut a connection of whose answers nothing was taken since the last look."""
        if self.transport.get_write_buffer_size() >= before:
            self.transport.abort()
        else:
            self._watch_stall()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.flow.resume_reading()
        if self._stall:
            self._stall.cancel()
