"""``/login`` and ``/logout``."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consent_service.storage.database.engine import reading
from consent_service.storage.people import accounts, factors
from consent_service.web.people import awaiting, credentials, known
from consent_service.web.security import session
from consent_service.web.services import services

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/login")
def form() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(session.wanted())
    with reading(services().engine) as connection:
        is_new = not accounts.any_exists(connection)
    return render_template("login.html", is_new=is_new, email="", wrong=False)


@blueprint.post("/login")
def sign_in() -> ResponseReturnValue:
    email = request.form.get("email", "")
    stored = credentials.password(email, request.form.get("password", ""))
    if stored is None:
        return render_template("login.html", is_new=False, email=email, wrong=True), 403
    email = accounts.tidied(email)
    with reading(services().engine) as connection:
        held = factors.of_account(connection, email)
    if held is None:
        session.enter(email)
        known.remember(email)
        return redirect(session.wanted())
    awaiting.begin(email, stored)
    return redirect(url_for("code.form", next=request.args.get("next")))


@blueprint.post("/logout")
def sign_out() -> ResponseReturnValue:
    session.leave()
    answer = redirect(url_for("sign_in.form"))
    # Not "cookies": browsers clear them for all hosts of the domain, the owner's own website among them.
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer
