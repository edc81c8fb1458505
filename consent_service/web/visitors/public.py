"""``/consent`` and ``/hit``: what a visitor's browser sends, answered under any host."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from flask import Blueprint, Response, request

from consent_service.collect import collector as collect
from consent_service.collect import responses
from consent_service.collect.payload import Hit
from consent_service.collect.request import HitRequest
from consent_service.collect.responses import PlainResponse
from consent_service.domain.calendar.periods import quarter_ends_at
from consent_service.domain.notice.consent import Consent
from consent_service.front.wsgi import ADMITTED, TOO_LARGE
from consent_service.security.tokens import BadToken, MissingKey
from consent_service.spool.writer import SpoolFull
from consent_service.storage.counts import quarter_keys
from consent_service.storage.database.engine import AWAY, reading
from consent_service.web.services import services
from consent_service.web.visitors.lookup import find_site, is_admitted, read_token

blueprint = Blueprint("public", __name__)

TROUBLES = (*AWAY, MissingKey, SpoolFull)


class Acceptance(msgspec.Struct, forbid_unknown_fields=True):
    """The body of ``POST /consent``: site key and notice digest."""

    s: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    n: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


_read_acceptance = msgspec.json.Decoder(Acceptance).decode
_read_hit = msgspec.json.Decoder(Hit).decode


@blueprint.before_request
def check_size() -> Response | None:
    """Refuse a body that was not read because it is too large."""
    return _refuse(responses.TOO_LARGE) if TOO_LARGE in request.environ else None


@blueprint.post("/consent")
def consent() -> Response:
    """Accept a notice: the token that everyone gets who accepts it in this quarter."""
    refusal = _refuse_sender()
    if refusal:
        return _refuse(refusal)
    try:
        return _accept(_read_acceptance(request.get_data()))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _refuse(responses.MALFORMED)
    except TROUBLES as error:
        return _refuse(response_to(error))


@blueprint.post("/hit")
def hit() -> Response:
    """Take the slow path: cache the site and the token from the database, then decide as the hot path does."""
    collector, asked = services().collector, _hit_request()
    response = collector.decide(asked)
    if response is not None:
        return _reply(response)
    asked, payload = asked._replace(is_admitted=True), _read_hit(asked.body)
    try:
        while (refusal := _fill_cache(payload)) is None:
            response = collector.decide(asked)
            if response is not None:
                return _reply(response)
            # A site or notice has changed since, and all was forgotten: it is looked up again.
    except TROUBLES as error:
        return _refuse(response_to(error))
    return _refuse(refusal)


def _hit_request() -> HitRequest:
    return HitRequest(
        request.get_data(),
        request.remote_addr or "",
        request.headers.get("X-Forwarded-For", ""),
        request.headers.get("Origin"),
        request.headers.get("User-Agent", ""),
        request.headers.get("Sec-GPC") == "1",
        bool(request.environ.get(ADMITTED)),
    )


def response_to(error: Exception) -> PlainResponse:
    """What to answer where the service itself is in trouble. Fails closed: nothing was counted."""
    if isinstance(error, MissingKey):
        services().say(str(error))
        return responses.NO_KEY
    return responses.NO_ROOM if isinstance(error, SpoolFull) else responses.NO_DATABASE


def _refuse_sender() -> PlainResponse | None:
    if request.headers.get("Sec-GPC") == "1":
        return responses.OPTED_OUT
    if not is_admitted():
        return responses.TOO_MANY
    return None


def _accept(acceptance: Acceptance) -> Response:
    parts = services()
    site = find_site(acceptance.s)
    if site is None:
        return _refuse(responses.NO_SITE)
    if not collect.may_send(site.hosts, request.headers.get("Origin")):
        return _refuse(responses.FOREIGN)
    moment = site.at(parts.clock())
    notice = site.timeline.on(date.fromisoformat(moment.book[2])).notice
    current = notice.digest
    if acceptance.n != current:
        return Response(msgspec.json.encode({"digest": current}), 409, responses.HEADERS, "application/json")
    if not parts.ring.knows(moment.quarter):
        with reading(parts.engine) as connection:
            quarter_keys.load(connection, parts.ring)
    consent = Consent(site.key, current, moment.quarter)
    token = parts.ring.sign(consent)
    parts.collector.record_acceptance(site, current)
    response = Response(msgspec.json.encode({"token": token}), 200, responses.HEADERS, "application/json")
    if request.headers.get("Sec-Fetch-Site") == "same-origin":
        end = quarter_ends_at(consent.quarters[-1], ZoneInfo(notice.terms.timezone))
        _keep(token, response, site.options.subdomains, int(end - parts.clock()))
    return response


def _keep(token: str, response: Response, domain: str, seconds: int) -> None:
    """Set the cookie, where the service answers under the site's own host, for as long as the token is good.

    The script would; but some browsers forget after a week what scripts have set, and keep what servers set.
    """
    is_secure = request.headers.get("Origin", "").startswith("https:")
    name = "__Host-consent" if is_secure and not domain else "consent"
    response.set_cookie(name, token, max_age=seconds, path="/", domain=domain or None, secure=is_secure, samesite="Lax")


def _fill_cache(payload: Hit) -> PlainResponse | None:
    """Cache a hit's site and the key of its token; gives the refusal if one of them is not good."""
    if find_site(payload.s) is None:
        return responses.NO_SITE
    try:
        read_token(payload.t)
    except BadToken:
        return responses.NO_CONSENT
    return None


def _refuse(refusal: PlainResponse) -> Response:
    """Count a refusal, and say it."""
    return _reply(services().collector.refuse(refusal))


def _reply(response: PlainResponse) -> Response:
    return Response(response.text, response.status, responses.HEADERS, "text/plain")
