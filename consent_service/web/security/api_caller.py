"""Who calls the API: a program with a token, which may do no more than the account that made it may now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date
from typing import Any, Literal

from flask import abort, g, request
from werkzeug.exceptions import Unauthorized

from consent_service.domain.access.roles import EVERY_SITE, Roles, role_at, suffices
from consent_service.domain.access.scopes import Scope
from consent_service.domain.calendar import periods
from consent_service.storage.database.engine import reading, writing
from consent_service.storage.people import api_tokens
from consent_service.storage.people.api_tokens import ApiToken
from consent_service.web.services import services

SEND_ONE = "A token is needed, in the header Authorization: Bearer cs_.... Make one at /account/tokens."
NOT_GOOD = "This token is not good: it was never made, was revoked, or has ended."
NO_SITE = "There is no site with this key among those that this token may read. /api/v1/sites lists them."
NO_SCOPE = "This token may not do that: it lacks the scope {scope}."


@dataclass(frozen=True)
class Caller:
    """A token that was sent, and the present roles of its account."""

    token: ApiToken
    roles: Roles

    def may_read(self, key: str) -> bool:
        return self.token.site in (key, EVERY_SITE) and suffices(role_at(self.roles, key), "viewer")


class Refused(Unauthorized):
    """With the header of RFC 6750. Werkzeug's own leaves out the quotation marks that it asks for."""

    def __init__(self, text: str, more: str = "") -> None:
        super().__init__(text)
        self._header = f'Bearer realm="consent-service"{more}'

    def get_headers(self, environ: Any = None, scope: Any = None) -> list[tuple[str, str]]:
        return [*super().get_headers(environ, scope), ("WWW-Authenticate", self._header)]


def check(need: Literal["token"] | Scope, key: str) -> None:
    """Let a request through that carries a good token with the scope, and for the site, if it is about one.

    Raises Refused, Forbidden and NotFound. Fails closed: what AWAY names ends in a 503.
    """
    sender = _read_token()
    if need not in ("token", *sender.token.scopes):
        abort(403, NO_SCOPE.format(scope=need))
    if key and not sender.may_read(key):
        abort(404, NO_SITE)
    g.caller = sender


def caller() -> Caller:
    """Who sent the request at hand, once it was checked."""
    sender: Caller = g.caller
    return sender


def token_id() -> str:
    """By which requests are counted and limited."""
    return caller().token.id


def _read_token() -> Caller:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Refused(SEND_ONE)
    today = _today()
    with reading(services().engine) as connection:
        known = api_tokens.find(connection, text.strip(), today)
    if known is None:
        raise Refused(NOT_GOOD, ', error="invalid_token"')
    token, roles = known
    if token.used_on != today.isoformat():
        with writing(services().engine) as connection:
            api_tokens.note_use(connection, token.id, today)
    return Caller(token, roles)


def _today() -> date:
    return periods.local_day(services().clock(), UTC)
