"""A browser in which somebody has signed in before: a cookie says so, and for which account.

With it attempts are counted apart from everybody else's, so that neither a flood of sign-ins nor whoever uses up an
account's attempts keeps its owner out (device cookies, as OWASP describes them). It lets nobody in by itself.
"""

from __future__ import annotations

import secrets

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from consent_service.security.tokens import fingerprint
from consent_service.storage.database.engine import reading
from consent_service.storage.people import accounts
from consent_service.web.services import services

SECONDS = 400 * 24 * 3600
"""As long as browsers keep a cookie at most."""

_PATH = "/login"


def browser_of(email: str, stored: str) -> str:
    """The name of this browser, if this account has signed in in it with the password that it has; else empty.

    ``stored`` is the hash of that password.
    """
    name, account = _read()
    return name if account == _account(email, stored) else ""


def name() -> str:
    """The name of this browser, whoever has signed in in it."""
    return _read()[0]


def remember(email: str) -> None:
    """Have the answer tell the browser that this account has signed in in it; one that knows it keeps its name."""
    with reading(services().engine) as connection:
        stored = accounts.password_hash(connection, email)
    if browser_of(email, stored):
        return
    value = _serializer().dumps([secrets.token_hex(8), _account(email, stored)])
    is_secure = current_app.config["SESSION_COOKIE_SECURE"]

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(
            _cookie(), value, max_age=SECONDS, path=_PATH, secure=is_secure, httponly=True, samesite="Lax"
        )
        return response


def _read() -> tuple[str, str]:
    try:
        browser, account = _serializer().loads(request.cookies.get(_cookie(), ""), max_age=SECONDS)
    except (BadSignature, ValueError, TypeError):
        return "", ""
    return str(browser), str(account)


def _cookie() -> str:
    return "__Secure-known" if current_app.config["SESSION_COOKIE_SECURE"] else "known"


def _account(email: str, stored: str) -> str:
    """Which account it is, and which password: told to nobody who does not hold the service's key."""
    return fingerprint(f"{services().config.secret_keys[0]}\0{email}\0{stored}")


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(list(reversed(services().config.secret_keys)), salt="known browser")
