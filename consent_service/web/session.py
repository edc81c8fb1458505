"""``/login`` and ``/logout``: the owner's session, kept on the server and named by a secret in a signed cookie."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Request, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consent_service.domain.roles import Roles
from consent_service.storage import accounts
from consent_service.storage.engine import reading, writing
from consent_service.web.services import services

blueprint = Blueprint("session", __name__)

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
    secret = session.get(_SECRET)
    if not secret:
        return None
    now = services().clock()
    with reading(services().engine) as connection:
        found = accounts.signed_in(connection, secret, now)
    if found is None:
        session.clear()
        with writing(services().engine) as connection:
            accounts.sweep(connection, now)
        return None
    return Owner(*found)


def ask_to_sign_in() -> ResponseReturnValue:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("session.form", next=None if wanted == "/" else wanted))


def enter(email: str) -> None:
    """Sign an owner in: a new secret in a new session."""
    with writing(services().engine) as connection:
        secret = accounts.start_session(connection, email, services().clock())
    session.clear()
    session[_SECRET] = secret
    session.permanent = True


@blueprint.get("/login")
def form() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(_wanted())
    with reading(services().engine) as connection:
        is_new = not accounts.any_exists(connection)
    return render_template("login.html", is_new=is_new, email="", wrong=False)


@blueprint.post("/login")
def sign_in() -> ResponseReturnValue:
    email, password = request.form.get("email", ""), request.form.get("password", "")
    with reading(services().engine) as connection:
        stored = accounts.password_hash(connection, email)
    if not accounts.is_right(stored, password):
        return render_template("login.html", is_new=False, email=email, wrong=True), 403
    enter(email)
    return redirect(_wanted())


@blueprint.post("/logout")
def sign_out() -> ResponseReturnValue:
    with writing(services().engine) as connection:
        accounts.end_session(connection, session.get(_SECRET, ""))
    session.clear()
    answer = redirect(url_for("session.form"))
    # Not "cookies": browsers clear them for all hosts of the domain, the owner's own website among them.
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


def _wanted() -> str:
    """Where the owner wanted to go: a path of this service, whatever else the address says."""
    path = request.args.get("next", "/")
    is_ours = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if is_ours else "/"
