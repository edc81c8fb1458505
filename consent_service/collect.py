"""The hot path: a WSGI application in front of Flask that answers ``POST /hit``.

It looks up, acts, or falls through: hits of sites and tokens that this worker knows are answered here; the first
one with an unknown site or token goes on to Flask's own ``/hit``, which reads the database and teaches this
worker. No identifier or address outlives the call; paths and agents are remembered by what they count as, bounded
and in memory only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from consent_service import answers
from consent_service.answers import Answer
from consent_service.domain import hit, values
from consent_service.domain.dimensions import NONE
from consent_service.known import KnownSite, KnownToken, Moment, make_room
from consent_service.spool.generation import Generation
from consent_service.spool.tally import Touch
from consent_service.spool.writer import SpoolFull, TallyWriter

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

LONGEST_BODY = 1_024


class Hit(msgspec.Struct, forbid_unknown_fields=True):
    """One message from a consenting browser; the names are short because every page view carries them."""

    s: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    t: Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
    e: Literal["view", "engaged"]
    f: Annotated[int, msgspec.Meta(ge=0, lt=128)] = 0
    p: str = "/"
    r: Annotated[str, msgspec.Meta(max_length=253)] = ""
    us: Annotated[str, msgspec.Meta(max_length=200)] = ""
    um: Annotated[str, msgspec.Meta(max_length=200)] = ""
    uc: Annotated[str, msgspec.Meta(max_length=200)] = ""
    z: Annotated[str, msgspec.Meta(max_length=64)] = ""
    l: Annotated[str, msgspec.Meta(max_length=64)] = ""  # noqa: E741 - the fixed interface
    d: Literal["phone", "tablet", "desktop", ""] = ""
    n: Annotated[str, msgspec.Meta(max_length=200)] = ""
    v: Annotated[float, msgspec.Meta(ge=0)] = 0


ADMITTED = "consent_service.admitted"
"""In the environ of a hit that falls through: the sender limit has counted it."""


class Collector:
    """Answers hits. One per worker process."""

    def __init__(
        self,
        app: WSGIApplication,
        writer: TallyWriter,
        generation: Generation,
        admits: Callable[[str, str], bool],
        families: Callable[[str], tuple[str, str]],
        country_of: Callable[[str, str], str],
        clock: Callable[[], float],
    ) -> None:
        self.app = app
        self._writer = writer
        self._generation = generation
        self._admits = admits
        self._families = families
        self._country_of = country_of
        self._clock = clock
        self._decode = msgspec.json.Decoder(Hit).decode
        self._learned_in = generation.current()
        self._sites: dict[str, KnownSite] = {}
        self._tokens: dict[str, KnownToken] = {}
        self._paths: dict[str, str] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/hit" or environ["REQUEST_METHOD"] != "POST":
            return self.app(environ, start_response)
        body = environ["wsgi.input"].read(LONGEST_BODY + 1)
        answer = self.answer(environ, body)
        if answer is None:
            environ["wsgi.input"] = BytesIO(body)
            environ[ADMITTED] = True
            return self.app(environ, start_response)
        start_response(answer.status, answers.HEADERS)
        return (answer.text,)

    def answer(self, environ: WSGIEnvironment, body: bytes) -> Answer | None:
        """Count a hit or refuse it; None if the site or the token is not known here."""
        if environ.get("HTTP_SEC_GPC") == "1":
            return self.refuse(answers.OPTED_OUT)
        if ADMITTED not in environ and not self._is_admitted(environ):
            return self.refuse(answers.TOO_MANY)
        if len(body) > LONGEST_BODY:
            return self.refuse(answers.TOO_LARGE)
        try:
            message = self._decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return self.refuse(answers.MALFORMED)
        return self._answer(message, environ)

    def _answer(self, message: Hit, environ: WSGIEnvironment) -> Answer | None:
        if self._learned_in != self._generation.current():
            self._forget()
        site = self._sites.get(message.s)
        if site is None:
            return None
        if not may_send(site.hosts, environ.get("HTTP_ORIGIN")):
            return self.refuse(answers.FOREIGN)
        token = self._tokens.get(message.t)
        if token is None:
            return None
        moment = site.at(self._clock())
        if token.site != site.key or moment.quarter not in token.quarters:
            return self.refuse(answers.NO_CONSENT)
        try:
            return answers.COUNTED if self._count(message, environ, moment, token) else self.refuse(answers.MALFORMED)
        except SpoolFull:
            return self.refuse(answers.NO_ROOM)

    def _is_admitted(self, environ: WSGIEnvironment) -> bool:
        return self._admits(environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR", ""))

    def refuse(self, answer: Answer) -> Answer:
        self._writer.refuse(answer.reason)
        return answer

    def learn_site(self, site: KnownSite) -> None:
        make_room(self._sites)
        self._sites[site.key] = site

    def learn_token(self, text: str, token: KnownToken) -> None:
        make_room(self._tokens)
        self._tokens[text] = token

    def known_site(self, key: str) -> KnownSite | None:
        if self._learned_in != self._generation.current():
            self._forget()
        return self._sites.get(key)

    def consented(self, site: KnownSite, digest: str) -> None:
        """Count an acceptance. Raises SpoolFull."""
        self._writer.count(site.at(self._clock()).book, [("consent", digest, (hit.CLASS_OF[0],))])

    def _forget(self) -> None:
        self._learned_in = self._generation.current()
        self._sites.clear()
        self._tokens.clear()

    def _count(self, message: Hit, environ: WSGIEnvironment, moment: Moment, token: KnownToken) -> bool:
        """Count a well-formed hit; False if its flags do not nest or its path is none. Raises SpoolFull."""
        if message.e == "engaged":
            seconds = min(int(message.v), hit.LONGEST_ENGAGEMENT)
            self._writer.count(moment.book, [("site", "", (hit.ENGAGED_SECONDS,))], seconds)
            return True
        if message.f not in hit.VIEW_FLAGS or message.p[:1] != "/":
            return False
        self._writer.count(moment.book, self._touches(message, environ, moment, token))
        return True

    def _touches(self, message: Hit, environ: WSGIEnvironment, moment: Moment, token: KnownToken) -> Sequence[Touch]:
        flags = message.f
        touches: list[Touch] = [("site", "", hit.SITE_COUNTERS[flags])]
        if moment.has_page:
            path = self._path(message.p) if "page" in token.declared else NONE
            touches.append(("page", path, hit.PAGE_COUNTERS[flags]))
        if flags & hit.FIRST_VIEW:
            visit = (hit.CLASS_OF[flags & hit.VISIT_FLAGS],)
            touches.append(("hour", moment.hour, visit))
            described = self._describe(message, environ)
            for name in moment.described:
                touches.append((name, described[name] if name in token.declared else NONE, visit))  # noqa: PERF401 - faster
        return touches

    def _describe(self, message: Hit, environ: WSGIEnvironment) -> dict[str, str]:
        """The values that describe the visitor: of the visit's first hit alone, each counted on its own."""
        browser, system = self._families(environ.get("HTTP_USER_AGENT", ""))
        return {
            "referrer": values.safe_host(message.r) if message.r else NONE,
            "country": self._country_of(message.z, NONE),
            "language": values.safe_language(message.l),
            "device": message.d or NONE,
            "browser": browser,
            "system": system,
        }

    def _path(self, path: str) -> str:
        safe = self._paths.get(path)
        if safe is None:
            make_room(self._paths)
            safe = self._paths[path] = values.safe_path(path)
        return safe


def may_send(hosts: frozenset[str], origin: str | None) -> bool:
    """Whether a page of this origin may count for a site: by host name, whatever its port.

    A sender without an Origin is no browser; what it can do is bounded by the sender limit.
    """
    if origin is None:
        return True
    host = origin.partition("://")[2]
    return host in hosts or host.rpartition(":")[0] in hosts
