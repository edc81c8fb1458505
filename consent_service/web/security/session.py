"""The owner's session, kept on the server and named by a secret in a signed cookie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask, Request, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_login import current_user
from itsdangerous import BadSignature

from consent_service.domain.access.roles import Roles
from consent_service.domain.counting.dimensions import NONE
from consent_service.storage.database.engine import reading, writing
from consent_service.storage.people import audit_trail, sessions
from consent_service.storage.people.audit_trail import Actor
from consent_service.storage.people.sessions import SESSION_SECONDS
from consent_service.web.services import services

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

LONGEST_COOKIE = 4_096
"""As browsers have it, with its name."""

_SECRET = "secret"  # noqa: S105 - the name of a field


@dataclass(frozen=True)
class Owner:
    """Who is signed in, as Flask-Login wants it."""

    email: str
    roles: Roles
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        return self.email


def load_owner(_: Request) -> Owner | None:
    """The owner whose session the cookie names. Fails closed: what AWAY names ends in a 503 page."""
    if not secret():
        return None
    now = services().clock()
    with reading(services().engine) as connection:
        account = sessions.signed_in(connection, secret(), now)
    if account is None:
        session.clear()
        with writing(services().engine) as connection:
            sessions.sweep(connection, now)
        return None
    return Owner(*account)


def secret() -> str:
    """What the cookie names the session by; empty if there is none."""
    return str(session.get(_SECRET, ""))


def is_named(flask: Flask, environ: WSGIEnvironment) -> bool:
    """Whether a request names a session in a cookie that was signed here, whatever has become of it since."""
    name = f"{flask.config['SESSION_COOKIE_NAME']}="
    cookies = [
        part.strip() for part in environ.get("HTTP_COOKIE", "").split(";")
    ]  # the event loop has no time for more
    sent = next((part.removeprefix(name) for part in cookies if part.startswith(name)), "")
    serializer = SecureCookieSessionInterface().get_signing_serializer(flask)
    if not sent or len(sent) > LONGEST_COOKIE or serializer is None:
        return False
    try:
        return bool(serializer.loads(sent, max_age=SESSION_SECONDS).get(_SECRET))
    except BadSignature:
        return False


def ask_to_sign_in() -> ResponseReturnValue:
    path = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("sign_in.form", next=None if path == "/" else path))


def enter(email: str) -> None:
    """Sign an owner in: a new secret in a new session."""
    now, browser = services().clock(), _browser()
    with writing(services().engine) as connection:
        made = sessions.start(connection, email, now, browser)
        audit_trail.note(connection, Actor(email, now), "signed in", browser=browser)
    session.clear()
    session[_SECRET] = made
    session.permanent = True


def _browser() -> str:
    """Families alone, so that its owner knows which it is; the header is not kept."""
    families = services().families(request.headers.get("User-Agent", ""))
    return " on ".join(family for family in families if family != NONE)


def leave() -> None:
    """End the session of this browser, if it has one."""
    if current_user.is_authenticated:
        with writing(services().engine) as connection:
            sessions.end(connection, current_user.email, sessions.id_of(secret()))
    session.clear()


def wanted() -> str:
    """Where the owner wanted to go: a path of this service, whatever else the address says."""
    path = request.args.get("next", "/")
    is_ours = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if is_ours else "/"
