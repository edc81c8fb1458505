"""``/login/code``: the second step of signing in, for accounts with a second factor."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consent_service.storage.database.engine import reading
from consent_service.storage.people import factors
from consent_service.web.people import awaiting, credentials, known
from consent_service.web.security import session
from consent_service.web.services import services

blueprint = Blueprint("code", __name__)


@blueprint.get("/login/code")
def form() -> ResponseReturnValue:
    email = awaiting.who()
    return _page(email) if email else _begin_again()


@blueprint.post("/login/code")
def check() -> ResponseReturnValue:
    email = awaiting.who()
    if not email:
        return _begin_again()
    if not credentials.code(email, request.form.get("code", "")):
        return _page(email, wrong=True), 403
    session.enter(email)
    known.remember(email)
    return redirect(session.wanted())


def _begin_again() -> ResponseReturnValue:
    return redirect(url_for("sign_in.form", next=request.args.get("next")))


def _page(email: str, wrong: bool = False) -> str:
    with reading(services().engine) as connection:
        held = factors.of_account(connection, email)
    is_readable = held is None or credentials.is_readable(email, held)
    return render_template("code.html", wrong=wrong, is_readable=is_readable)
