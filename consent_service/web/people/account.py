"""``/account``: one's password, sessions and roles."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consent_service.administration import account_acts
from consent_service.domain.errors import UserError
from consent_service.storage import sites
from consent_service.storage.database.engine import reading, writing
from consent_service.storage.people import api_tokens, factors, sessions
from consent_service.web import history
from consent_service.web.people import credentials
from consent_service.web.security import session
from consent_service.web.services import services

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
def page() -> str:
    return _page({})


@blueprint.post("/password")
def change_password() -> ResponseReturnValue:
    """Takes the present password; all other sessions end."""
    email, wanted = current_user.email, request.form.get("password", "")
    if credentials.password(email, request.form.get("present", "")) is None:
        return _page({"present": "this is not your present password"}), 422
    try:
        password_hash = credentials.hashed(wanted)
    except UserError as error:
        return _page({"password": str(error)}), 422
    with writing(services().engine) as connection:
        account_acts.change_password(connection, history.actor(), email, password_hash, session.secret())
        left = len(api_tokens.of_account(connection, email))
    flash(f"The password is changed. All other browsers are signed out.{_goes_on(left)}")
    return redirect(url_for("account.page"))


def _goes_on(tokens: int) -> str:
    """What a new password does not end."""
    if not tokens:
        return ""
    return f" {tokens} token{'s' if tokens > 1 else ''} of yours go{'' if tokens > 1 else 'es'} on reading numbers."


@blueprint.post("/sessions")
def end_session() -> ResponseReturnValue:
    """One of one's own, by its id, or all others."""
    email, which = current_user.email, request.form.get("session", "")
    with writing(services().engine) as connection:
        if which:
            ended = int(sessions.end(connection, email, which))
        else:
            ended = sessions.end_others(connection, email, session.secret())
        if ended:
            history.note(connection, "sessions ended", number=str(ended))
    flash("That browser is signed out." if which else "All other browsers are signed out.")
    return redirect(url_for("account.page"))


def _page(errors: Mapping[str, str]) -> str:
    now = services().clock()
    with reading(services().engine) as connection:
        held = factors.of_account(connection, current_user.email)
        signed_in = sessions.of_account(connection, current_user.email, now)
        names = sites.names(connection)
    return render_template(
        "account.html",
        errors=errors,
        factor=held,
        is_readable=held is None or credentials.is_readable(current_user.email, held),
        sessions=signed_in,
        here=sessions.id_of(session.secret()),
        roles=current_user.roles,
        names=names,
    )
