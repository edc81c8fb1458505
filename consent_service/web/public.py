"""The four paths that a visitor's browser uses, answered under any host: script, notice, consent, hit."""

from __future__ import annotations

from typing import Annotated

import msgspec
from flask import Blueprint, Response, abort, request

from consent_service import answers, collect
from consent_service.answers import Answer
from consent_service.domain.consent import Consent
from consent_service.domain.timeline import Edition
from consent_service.known import KnownSite, KnownToken
from consent_service.message import LONGEST_BODY, Hit
from consent_service.spool.writer import SpoolFull
from consent_service.storage import keys, sites
from consent_service.storage.engine import AWAY, reading
from consent_service.tokens import BadToken, MissingKey
from consent_service.web import script
from consent_service.web.services import services

blueprint = Blueprint("public", __name__)

TROUBLES = (*AWAY, MissingKey, SpoolFull)

_SCRIPT_HEADERS = {
    "Cache-Control": "public, max-age=86400",
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
    # A page may ask for the script with CORS (Subresource Integrity) or require it to say that it may be embedded.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


class Acceptance(msgspec.Struct, forbid_unknown_fields=True):
    """The body of ``POST /consent``: site key and notice digest."""

    s: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    n: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


_read_acceptance = msgspec.json.Decoder(Acceptance).decode
_read_hit = msgspec.json.Decoder(Hit).decode


@blueprint.get("/s/<string(maxlength=32):key>/consent.js")
def consent_js(key: str) -> Response:
    """The snippet with the site's current notice and options in it."""
    site = _site_or_404(key)
    files = script.files_for(site.key, _current(site), site.options)
    encoding = request.accept_encodings.best_match(["br", "gzip"]) or "identity"
    response = Response(files.bodies[encoding], mimetype="text/javascript", headers=_SCRIPT_HEADERS)
    if encoding != "identity":
        response.headers["Content-Encoding"] = encoding
    response.set_etag(files.digest)
    return response.make_conditional(request)  # type: ignore[return-value]


@blueprint.get("/s/<string(maxlength=32):key>/notice.json")
def notice_json(key: str) -> Response:
    """The current notice, with its digest and the site's options."""
    site = _site_or_404(key)
    body = msgspec.json.encode(script.served_notice(site.key, _current(site), site.options))
    return Response(body, mimetype="application/json", headers={**dict(answers.HEADERS), "Cache-Control": "no-cache"})


@blueprint.post("/consent")
def consent() -> Response:
    """Accept a notice: the token that everyone gets who accepts it in this quarter."""
    refusal = _refuse_sender()
    if refusal:
        return _refuse(refusal)
    try:
        return _accept(_read_acceptance(request.get_data()))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _refuse(answers.MALFORMED)
    except TROUBLES as error:
        return _refuse(_answer_to(error))


@blueprint.post("/hit")
def hit() -> Response:
    """The slow path: learn the site and the token from the database, then count as the fast path does."""
    collector, body = services().collector, request.get_data()
    answer = collector.answer(request.environ, body)
    if answer is not None:
        return _reply(answer)
    request.environ[collect.ADMITTED] = True
    try:
        refusal = _learn(_read_hit(body))
    except TROUBLES as error:
        return _refuse(_answer_to(error))
    answer = None if refusal else collector.answer(request.environ, body)
    return _reply(answer) if answer else _refuse(refusal or answers.NO_CONSENT)


def _answer_to(error: Exception) -> Answer:
    """What to answer where the service itself is in trouble. Fails closed: nothing was counted."""
    if isinstance(error, MissingKey):
        services().say(str(error))
        return answers.NO_KEY
    return answers.NO_ROOM if isinstance(error, SpoolFull) else answers.NO_DATABASE


def _refuse_sender() -> Answer | None:
    parts = services()
    if request.headers.get("Sec-GPC") == "1":
        return answers.OPTED_OUT
    if not parts.senders.admits(request.remote_addr or "", request.headers.get("X-Forwarded-For", "")):
        return answers.TOO_MANY
    return answers.TOO_LARGE if (request.content_length or 0) > LONGEST_BODY else None


def _accept(acceptance: Acceptance) -> Response:
    parts = services()
    site = find_site(acceptance.s)
    if site is None:
        return _refuse(answers.NO_SITE)
    if not collect.may_send(site.hosts, request.headers.get("Origin")):
        return _refuse(answers.FOREIGN)
    moment = site.at(parts.clock())
    current = site.timeline.in_month(moment.book[2][:7]).notice.digest
    if acceptance.n != current:
        return Response(msgspec.json.encode({"digest": current}), 409, answers.HEADERS, "application/json")
    if not parts.ring.knows(moment.quarter):
        with reading(parts.engine) as connection:
            keys.load(connection, parts.ring)
    token = parts.ring.sign(Consent(site.key, current, moment.quarter))
    parts.collector.consented(site, current)
    return Response(msgspec.json.encode({"token": token}), 200, answers.HEADERS, "application/json")


def _learn(message: Hit) -> Answer | None:
    """Teach this worker a hit's site and token; gives the refusal if one of them is not good."""
    parts = services()
    site = find_site(message.s)
    if site is None:
        return answers.NO_SITE
    try:
        consent = parts.ring.read(message.t)
    except BadToken:
        # Another worker may have met this quarter first.
        with reading(parts.engine) as connection:
            keys.load(connection, parts.ring)
        try:
            consent = parts.ring.read(message.t)
        except BadToken:
            return answers.NO_CONSENT
    notice = site.timeline.find(consent.notice)
    if consent.site != site.key or notice is None:
        return answers.NO_CONSENT
    declared, events = frozenset(notice.terms.dimensions), frozenset(notice.terms.events)
    parts.collector.learn_token(message.t, KnownToken(site.key, consent.quarters, declared, events))
    return None


def find_site(key: str) -> KnownSite | None:
    """A site as this worker knows it, else as the database does. Raises what AWAY names."""
    parts = services()
    known = parts.collector.known_site(key)
    if known is not None or parts.absent.holds(key, parts.clock()):
        return known
    with reading(parts.engine) as connection:
        site = sites.find(connection, key)
    if site is None:
        parts.absent.add(key, parts.clock())
        return None
    known = KnownSite(site.key, site.hosts, site.timeline, site.options)
    parts.collector.learn_site(known)
    return known


def _site_or_404(key: str) -> KnownSite:
    try:
        site = find_site(key)
    except AWAY:
        abort(503, "The database is away; the notice of this site is not known yet.")
    if site is None:
        abort(404, "There is no site with this key.")
    return site


def _current(site: KnownSite) -> Edition:
    return site.timeline.on(site.timeline.day_at(services().clock()))


def _refuse(answer: Answer) -> Response:
    """Count a refusal, and say it."""
    return _reply(services().collector.refuse(answer))


def _reply(answer: Answer) -> Response:
    return Response(answer.text, answer.status, answers.HEADERS, "text/plain")
