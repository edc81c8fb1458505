"""The hot path: a WSGI application in front of Flask that answers ``POST /hit``.

It looks up, acts, or falls through: hits of sites that this worker knows, with tokens that it can verify, are
answered here; the first one of another site or quarter goes on to Flask's own ``/hit``, which reads the database and
teaches this worker. No identifier or address outlives the call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import TYPE_CHECKING

import msgspec

from consent_service.collect import responses
from consent_service.collect.cache import KnownSite, KnownToken, Moment, make_room
from consent_service.collect.increments import Touches
from consent_service.collect.payload import LONGEST_BODY, Hit
from consent_service.collect.responses import Answer
from consent_service.domain.counting import hit
from consent_service.security.tokens import BadToken, KeyRing
from consent_service.spool.capped_sites import Caps
from consent_service.spool.generation import Generation
from consent_service.spool.writer import SpoolFull, TallyWriter

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

ADMITTED = "consent_service.admitted"
"""In the environ of a hit that falls through: the sender limit has counted it."""


class Collector:
    """Answers hits. One per worker process."""

    def __init__(
        self,
        app: WSGIApplication,
        writer: TallyWriter,
        generation: Generation,
        caps: Caps,
        admits: Callable[[str, str], bool],
        touches: Touches,
        ring: KeyRing,
        clock: Callable[[], float],
    ) -> None:
        self.app = app
        self._writer = writer
        self._generation = generation
        self._caps = caps
        self._admits = admits
        self._touches = touches
        self._ring = ring
        self._clock = clock
        self._decode = msgspec.json.Decoder(Hit).decode
        self._learned_in = generation.current()
        self._sites: dict[str, KnownSite] = {}
        self._tokens: dict[str, KnownToken] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/hit" or environ["REQUEST_METHOD"] != "POST":
            return self.app(environ, start_response)
        body = environ["wsgi.input"].read(LONGEST_BODY + 1)
        answer = self.answer(environ, body)
        if answer is None:
            _pass_on(environ, body)
            return self.app(environ, start_response)
        start_response(answer.status, responses.HEADERS)
        return [answer.text]  # a list: Granian sends it at once, and anything else piece by piece

    def answer(self, environ: WSGIEnvironment, body: bytes) -> Answer | None:
        """Count a hit or refuse it; None if the site or the token is not known here."""
        if environ.get("HTTP_SEC_GPC") == "1":
            return self.refuse(responses.OPTED_OUT)
        if ADMITTED not in environ and not self._is_admitted(environ):
            return self.refuse(responses.TOO_MANY)
        if len(body) > LONGEST_BODY:
            return self.refuse(responses.TOO_LARGE)
        try:
            message = self._decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return self.refuse(responses.MALFORMED)
        return self._answer(message, environ)

    def _answer(self, message: Hit, environ: WSGIEnvironment) -> Answer | None:
        self.keep_up()
        site = self._sites.get(message.s)
        if site is None:
            return None
        if not may_send(site.hosts, environ.get("HTTP_ORIGIN")):
            return self.refuse(responses.FOREIGN)
        token = self._tokens.get(message.t) or self._learn_token(message.t, site)
        if token is None:
            return None
        now = self._clock()
        moment = site.at(now)
        if token.site != site.key or moment.quarter not in token.quarters:
            return self.refuse(responses.NO_CONSENT)
        return self._counted(message, environ, moment, token, self._caps.refuse(site.key, now))

    def _counted(
        self, message: Hit, environ: WSGIEnvironment, moment: Moment, token: KnownToken, is_over: bool
    ) -> Answer:
        if is_over:
            return self.refuse(responses.SITE_CAPPED)
        try:
            return (
                responses.COUNTED if self._count(message, environ, moment, token) else self.refuse(responses.MALFORMED)
            )
        except SpoolFull:
            return self.refuse(responses.NO_ROOM)

    def _is_admitted(self, environ: WSGIEnvironment) -> bool:
        return self._admits(environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR", ""))

    def refuse(self, answer: Answer) -> Answer:
        self._writer.refuse(answer.reason)
        return answer

    def learn_site(self, site: KnownSite) -> None:
        # What was read before a change stays what was known before it, and is forgotten with the next hit.
        make_room(self._sites)
        self._sites[site.key] = site

    def _learn_token(self, text: str, site: KnownSite) -> KnownToken | None:
        """None if it is none, or of a quarter whose key this worker has not met."""
        try:
            consent = self._ring.read(text)
        except BadToken:
            return None
        edition = site.timeline.edition(consent.notice)
        if consent.site != site.key or edition is None:
            return None
        terms = edition.notice.terms
        declared, events = frozenset(terms.dimensions), frozenset(terms.events)
        make_room(self._tokens)
        token = self._tokens[text] = KnownToken(site.key, consent.quarters, declared, events)
        return token

    def known_site(self, key: str) -> KnownSite | None:
        self.keep_up()
        return self._sites.get(key)

    def consented(self, site: KnownSite, digest: str) -> None:
        """Count an acceptance. Raises SpoolFull."""
        self._writer.count(site.at(self._clock()).book, [("consent", digest, (hit.CLASS_OF[0],))])

    def keep_up(self) -> None:
        """Forget what was learned before a site or notice changed."""
        if self._learned_in != self._generation.current():
            self._learned_in = self._generation.current()
            self._sites.clear()
            self._tokens.clear()

    def _count(self, message: Hit, environ: WSGIEnvironment, moment: Moment, token: KnownToken) -> bool:
        """Count a well-formed hit; False if its flags do not nest or its value is none. Raises SpoolFull."""
        if message.e == "engaged":
            return self._add(message, moment, token)
        if message.e == "view":
            touches = self._touches.of_view(message, environ.get("HTTP_USER_AGENT", ""), moment, token)
        else:
            touches = self._touches.of_deed(message, moment, token)
        if touches:
            self._writer.count(moment.book, touches)
        return touches is not None

    def _add(self, message: Hit, moment: Moment, token: KnownToken) -> bool:
        amounts = self._touches.of_engaged(message, moment, token)
        if amounts:
            self._writer.add(moment.book, amounts)
        return amounts is not None


def _pass_on(environ: WSGIEnvironment, body: bytes) -> None:
    """Make of what falls through a request that Flask takes, whatever its headers say of length and host."""
    environ["wsgi.input"] = BytesIO(body)
    environ["wsgi.input_terminated"] = True  # it may have come in chunks
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("HTTP_HOST", None)  # hits are answered under any host, and Flask refuses one that is none
    environ[ADMITTED] = True


def may_send(hosts: frozenset[str], origin: str | None) -> bool:
    """Whether a page of this origin may count for a site: by host name, whatever its port.

    A sender without an Origin is no browser; what it can do is bounded by the sender limit.
    """
    if origin is None:
        return True
    host = origin.partition("://")[2]
    return host in hosts or host.rpartition(":")[0] in hosts
