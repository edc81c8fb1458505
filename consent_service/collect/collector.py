"""The hot path: decides on a hit by what this worker has cached.

It looks up and acts, or leaves the hit to Flask: hits of sites in this worker's cache, with tokens that it can verify,
are decided here; the first one of another site or quarter goes on to Flask's own ``/hit``, which reads the database and
fills the cache. No identifier or address outlives the call.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from consent_service.collect import responses
from consent_service.collect.cache import CachedSite, CachedToken, Moment, SiteCache
from consent_service.collect.increments import Increments
from consent_service.collect.payload import LONGEST_BODY, Hit
from consent_service.collect.rate_limit import PerSecond
from consent_service.collect.request import HitRequest
from consent_service.collect.responses import PlainResponse
from consent_service.domain.calendar.periods import quarter_after
from consent_service.domain.counting import hit
from consent_service.hostnames import HostNameError, to_ascii
from consent_service.security.tokens import BadToken, KeyRing, UnknownQuarter
from consent_service.spool.capped_sites import SiteCaps
from consent_service.spool.writer import SpoolFull, TallyWriter

LONGEST_SPELLING = 253
"""Bytes of a host name. One beyond ASCII takes fewer than its A-labels, and to map more would take milliseconds."""

LOOKUPS = 20
"""Of unknown sites in the database, and of the keys of quarters, in a second."""


class Collector:
    """Answers hits. One per worker process."""

    def __init__(
        self,
        writer: TallyWriter,
        cache: SiteCache,
        caps: SiteCaps,
        admits: Callable[[str, str], bool],
        increments: Increments,
        ring: KeyRing,
        clock: Callable[[], float],
    ) -> None:
        self.cache = cache
        self._writer = writer
        self._caps = caps
        self._admits = admits
        self._increments = increments
        self._ring = ring
        self._clock = clock
        self._lookups, self._key_lookups = PerSecond(LOOKUPS, clock), PerSecond(LOOKUPS, clock)
        self._decode = msgspec.json.Decoder(Hit).decode

    def decide(self, request: HitRequest) -> PlainResponse | None:
        """Record a hit or refuse it; None if the cache lacks its site or its token cannot be verified here."""
        if request.opts_out:
            return self.refuse(responses.OPTED_OUT)
        if not request.is_admitted and not self._admits(request.peer, request.forwarded):
            return self.refuse(responses.TOO_MANY)
        if len(request.body) > LONGEST_BODY:
            return self.refuse(responses.TOO_LARGE)
        try:
            payload = self._decode(request.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return self.refuse(responses.MALFORMED)
        return self._decide_consent(payload, request)

    def _decide_consent(self, payload: Hit, request: HitRequest) -> PlainResponse | None:
        """Refuse a hit from a foreign host or without a token for its site and quarter; else record it."""
        self.cache.invalidate_if_stale()
        site = self.cache.sites.get(payload.s)
        if site is None:
            return None if request.is_admitted or self.may_exist(payload.s) else self.refuse(responses.NO_SITE)
        if not may_send(site.hosts, request.origin):
            return self.refuse(responses.FOREIGN)
        token = self.cache.tokens.get(payload.t) or self._verify_token(payload.t, site, request.is_admitted)
        if not isinstance(token, CachedToken):
            return token
        now = self._clock()
        moment = site.at(now)
        if token.site != site.key or moment.quarter not in token.quarters:
            return self.refuse(responses.NO_CONSENT)
        if self._caps.is_capped(site.key, now):
            return self.refuse(responses.SITE_CAPPED)
        return self._record(payload, request.agent, moment, token)

    def _record(self, payload: Hit, agent: str, moment: Moment, token: CachedToken) -> PlainResponse:
        """Record a hit by its kind; refuse it if it is malformed or the spool is full."""
        try:
            if payload.e == "view":
                is_sound = self._record_view(payload, agent, moment, token)
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

    def may_exist(self, key: str) -> bool:
        """Whether a site's key is worth a look into the database.

        It mostly is: a site may be newer than what this worker knows. Where many ask for keys that there were not when
        this worker read them all, the keeper's word that there are others is waited for.
        """
        keys = self.cache.keys
        return keys is None or key in keys or self._lookups.admits()

    def _verify_token(self, text: str, site: CachedSite, is_admitted: bool) -> CachedToken | PlainResponse | None:
        """Verify a token and put it into the cache; a refusal if it is not one of this site.

        None for a quarter that may just have begun: Flask's side reads its key from the database.
        """
        if text in self.cache.bad_tokens:
            return self.refuse(responses.NO_CONSENT)
        try:
            consent = self._ring.read(text)
        except UnknownQuarter as unknown:
            if not _is_valid_in(unknown.quarter, site.at(self._clock()).quarter):
                return self.refuse(responses.NO_CONSENT)
            return None if is_admitted or self._key_lookups.admits() else self.refuse(responses.NO_KEY)
        except BadToken:
            self.cache.add_bad_token(text)
            return self.refuse(responses.NO_CONSENT)
        edition = site.timeline.edition(consent.notice)
        if consent.site != site.key or edition is None:
            return self.refuse(responses.NO_CONSENT)  # it may be a good one of another site
        terms = edition.notice.terms
        token = CachedToken(site.key, consent.quarters, frozenset(terms.dimensions), frozenset(terms.events))
        self.cache.add_token(text, token)
        return token


def _is_valid_in(quarter: str, present: str) -> bool:
    """Whether a token of a quarter, if it is one, would be valid in the present one."""
    try:
        return present in (quarter, quarter_after(quarter))
    except ValueError:
        return False


def may_send(hosts: frozenset[str], origin: str | None) -> bool:
    """Whether a page of this origin may count for a site: by host name, whatever its port.

    A sender without an Origin is no browser; what it can do is bounded by the rate limit.
    """
    if origin is None:
        return True
    host = origin.partition("://")[2]
    return host in hosts or host.rpartition(":")[0] in hosts or _may_send_spelled_otherwise(hosts, host)


def _may_send_spelled_otherwise(hosts: frozenset[str], host: str) -> bool:
    """Whether a host is one of a site's in another spelling: with a final dot, in capitals, in letters beyond ASCII.

    Browsers send the dot with which an address was typed, and all else as it is stored.
    """
    name = host if host.endswith("]") else re.sub(r":\d{1,5}$", "", host)
    if len(name) > LONGEST_SPELLING:
        return False
    try:
        # Headers are read as Latin-1.
        return to_ascii(name.encode("latin-1").decode()) in hosts
    except (UnicodeError, HostNameError):
        return False
