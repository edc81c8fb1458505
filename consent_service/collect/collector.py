"""The hot path: a WSGI application in front of Flask that answers ``POST /hit``.

It looks up, acts, or falls through: hits of sites in this worker's cache, with tokens that it can verify, are
answered here; the first one of another site or quarter goes on to Flask's own ``/hit``, which reads the database and
fills the cache. No identifier or address outlives the call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import TYPE_CHECKING

import msgspec

from consent_service.collect import responses
from consent_service.collect.cache import CachedSite, CachedToken, Moment, SiteCache
from consent_service.collect.increments import Increments
from consent_service.collect.payload import LONGEST_BODY, Hit
from consent_service.collect.responses import PlainResponse
from consent_service.domain.counting import hit
from consent_service.security.tokens import BadToken, KeyRing
from consent_service.spool.capped_sites import SiteCaps
from consent_service.spool.writer import SpoolFull, TallyWriter

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

ADMITTED = "consent_service.admitted"
"""In the environ of a hit that falls through: the rate limit has counted it."""


class Collector:
    """Answers hits: `handle` speaks WSGI, `decide` looks a hit up and refuses or records it.

    One per worker process.
    """

    def __init__(
        self,
        app: WSGIApplication,
        writer: TallyWriter,
        cache: SiteCache,
        caps: SiteCaps,
        admits: Callable[[str, str], bool],
        increments: Increments,
        ring: KeyRing,
        clock: Callable[[], float],
    ) -> None:
        self.app = app
        self.cache = cache
        self._writer = writer
        self._caps = caps
        self._admits = admits
        self._increments = increments
        self._ring = ring
        self._clock = clock
        self._decode = msgspec.json.Decoder(Hit).decode

    def handle(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a hit, or pass the request on to Flask."""
        if environ["PATH_INFO"] != "/hit" or environ["REQUEST_METHOD"] != "POST":
            return self.app(environ, start_response)
        body = environ["wsgi.input"].read(LONGEST_BODY + 1)
        response = self.decide(environ, body)
        if response is None:
            _pass_on(environ, body)
            return self.app(environ, start_response)
        start_response(response.status, responses.HEADERS)
        return [response.text]  # a list: Granian sends it at once, and anything else piece by piece

    def decide(self, environ: WSGIEnvironment, body: bytes) -> PlainResponse | None:
        """Record a hit or refuse it; None if the cache lacks its site or its token cannot be verified here."""
        if environ.get("HTTP_SEC_GPC") == "1":
            return self.refuse(responses.OPTED_OUT)
        if ADMITTED not in environ and not self._is_admitted(environ):
            return self.refuse(responses.TOO_MANY)
        if len(body) > LONGEST_BODY:
            return self.refuse(responses.TOO_LARGE)
        try:
            payload = self._decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return self.refuse(responses.MALFORMED)
        return self._decide_consent(payload, environ)

    def _decide_consent(self, payload: Hit, environ: WSGIEnvironment) -> PlainResponse | None:
        """Refuse a hit from a foreign host or without a token for its site and quarter; else record it."""
        self.cache.invalidate_if_stale()
        site = self.cache.sites.get(payload.s)
        if site is None:
            return None
        if not may_send(site.hosts, environ.get("HTTP_ORIGIN")):
            return self.refuse(responses.FOREIGN)
        token = self.cache.tokens.get(payload.t) or self._verify_token(payload.t, site)
        if token is None:
            return None
        now = self._clock()
        moment = site.at(now)
        if token.site != site.key or moment.quarter not in token.quarters:
            return self.refuse(responses.NO_CONSENT)
        if self._caps.is_capped(site.key, now):
            return self.refuse(responses.SITE_CAPPED)
        return self._record(payload, environ, moment, token)

    def _record(self, payload: Hit, environ: WSGIEnvironment, moment: Moment, token: CachedToken) -> PlainResponse:
        """Record a hit by its kind; refuse it if it is malformed or the spool is full."""
        try:
            if payload.e == "view":
                is_sound = self._record_view(payload, environ.get("HTTP_USER_AGENT", ""), moment, token)
            elif payload.e == "engaged":
                is_sound = self._record_engagement(payload, moment, token)
            else:
                is_sound = self._record_interaction(payload, moment, token)
        except SpoolFull:
            return self.refuse(responses.NO_ROOM)
        return responses.RECORDED if is_sound else self.refuse(responses.MALFORMED)

    def _record_view(self, payload: Hit, agent: str, moment: Moment, token: CachedToken) -> bool:
        """Write a page view to the tally; False if its flags do not nest or its path is none. Raises SpoolFull."""
        increments = self._increments.of_view(payload, agent, moment, token)
        if increments:
            self._writer.count(moment.book, increments)
        return increments is not None

    def _record_interaction(self, payload: Hit, moment: Moment, token: CachedToken) -> bool:
        """Do the same for an event, a link, a download, a page not found or a vital. Raises SpoolFull."""
        increments = self._increments.of_interaction(payload, moment, token)
        if increments:
            self._writer.count(moment.book, increments)
        return increments is not None

    def _record_engagement(self, payload: Hit, moment: Moment, token: CachedToken) -> bool:
        """Do the same for engaged seconds. Raises SpoolFull."""
        amounts = self._increments.of_engaged(payload, moment, token)
        if amounts:
            self._writer.add(moment.book, amounts)
        return amounts is not None

    def record_acceptance(self, site: CachedSite, digest: str) -> None:
        """Count one acceptance of the notice with this digest. Raises SpoolFull."""
        self._writer.count(site.at(self._clock()).book, [("consent", digest, (hit.CLASS_OF[0],))])

    def refuse(self, response: PlainResponse) -> PlainResponse:
        """Count a refusal by its reason, and give its response."""
        self._writer.refuse(response.reason)
        return response

    def _is_admitted(self, environ: WSGIEnvironment) -> bool:
        return self._admits(environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR", ""))

    def _verify_token(self, text: str, site: CachedSite) -> CachedToken | None:
        """Verify a token and put it into the cache; None if it is not one of this site, or of an unknown quarter.

        This worker may have no key yet for a quarter that has just begun: Flask's side reads it from the database.
        """
        try:
            consent = self._ring.read(text)
        except BadToken:
            return None
        edition = site.timeline.edition(consent.notice)
        if consent.site != site.key or edition is None:
            return None
        terms = edition.notice.terms
        token = CachedToken(site.key, consent.quarters, frozenset(terms.dimensions), frozenset(terms.events))
        self.cache.add_token(text, token)
        return token


def _pass_on(environ: WSGIEnvironment, body: bytes) -> None:
    """Make of what falls through a request that Flask takes, whatever its headers say of length and host."""
    environ["wsgi.input"] = BytesIO(body)
    environ["wsgi.input_terminated"] = True  # it may have come in chunks
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("HTTP_HOST", None)  # hits are answered under any host, and Flask refuses one that is none
    environ[ADMITTED] = True


def may_send(hosts: frozenset[str], origin: str | None) -> bool:
    """Whether a page of this origin may count for a site: by host name, whatever its port.

    A sender without an Origin is no browser; what it can do is bounded by the rate limit.
    """
    if origin is None:
        return True
    host = origin.partition("://")[2]
    return host in hosts or host.rpartition(":")[0] in hosts
