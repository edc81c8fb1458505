"""``/setup/TOKEN``: the one-time link that makes the first account."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consent_service.administration import account_acts
from consent_service.domain.errors import UserError
from consent_service.security import setup_link
from consent_service.security.setup_link import BadLink
from consent_service.storage.database.engine import reading, writing
from consent_service.storage.people import accounts
from consent_service.web.people import credentials, known
from consent_service.web.security import session
from consent_service.web.services import services

blueprint = Blueprint("setup", __name__, url_prefix="/setup")

_SPENT = (
    "This link has been used, or it is older than a day. If you have an account, sign in. "
    "If nobody has one yet, restart the service: it prints a new link."
)


@blueprint.before_request
def check_link() -> None:
    try:
        setup_link.check((request.view_args or {}).get("token", ""), services().config, services().clock())
    except BadLink:
        abort(404, _SPENT)
    with reading(services().engine) as connection:
        if accounts.any_exists(connection):
            abort(404, _SPENT)


@blueprint.get("/<token>")
def form(token: str) -> str:
    return render_template("setup.html", token=token, email="", error=None)


@blueprint.post("/<token>")
def make_account(token: str) -> ResponseReturnValue:
    email = request.form.get("email", "")
    try:
        password_hash = credentials.hashed(request.form.get("password", ""))
        with writing(services().engine) as connection:
            made = account_acts.add_first(connection, email, password_hash, services().clock())
    except UserError as error:
        if not error.field:
            abort(404, _SPENT)
        return render_template("setup.html", token=token, email=email, error=error), 422
    session.enter(made)
    known.remember(made)
    return redirect(url_for("overview.everyone"))
