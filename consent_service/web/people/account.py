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
from consent_service.storage.people import accounts, api_tokens, factors, roles, sessions
from consent_service.storage.people.roles import LastOwner
from consent_service.web import history
from consent_service.web.people import credentials, known
from consent_service.web.security import session
from consent_service.web.services import services

blueprint = Blueprint("account", __name__, url_prefix="/account")


WRONG_PASSWORD = "this is not your present password"  # noqa: S105 - a message
LAST_ADMINISTRATOR = "you are the only owner of every site: make somebody else one under People first"


@blueprint.get("")
def page() -> str:
    return _page({})


@blueprint.post("/password")
def change_password() -> ResponseReturnValue:
    """Takes the present password; all other sessions end."""
    email, wanted = current_user.email, request.form.get("password", "")
    if credentials.password(email, request.form.get("present", "")) is None:
        return _page({"present": WRONG_PASSWORD}), 422
    try:
        password_hash = credentials.hashed(wanted)
    except UserError as error:
        return _page({"password": str(error)}), 422
    with writing(services().engine) as connection:
        account_acts.change_password(connection, history.actor(), email, password_hash, session.secret())
        left = len(api_tokens.of_account(connection, email))
    flash(f"The password is changed. All other browsers are signed out.{_goes_on(left)}")
    return redirect(url_for("account.page"))


@blueprint.post("/email")
def change_email() -> ResponseReturnValue:
    """Takes the present password. The session stays; the secret of a second factor is encrypted for the address."""
    email, wanted = current_user.email, accounts.tidied(request.form.get("email", ""))
    if credentials.password(email, request.form.get("email_password", "")) is None:
        return _page({"email_password": WRONG_PASSWORD}), 422
    try:
        with writing(services().engine) as connection:
            totp = credentials.secret_for(connection, email, wanted)
            wanted = account_acts.change_email(connection, history.actor(), email, wanted, totp)
    except UserError as error:
        return _page({"email": error.message}), 422
    known.remember(wanted)
    flash(f"You sign in as {wanted} from now on.")
    return redirect(url_for("account.page"))


@blueprint.post("/remove")
def remove() -> ResponseReturnValue:
    """Takes the present password. Refused for the last owner of every site: nobody could run the service any more."""
    email = current_user.email
    if credentials.password(email, request.form.get("remove_password", "")) is None:
        return _page({"remove_password": WRONG_PASSWORD}), 422
    try:
        with writing(services().engine) as connection:
            account_acts.remove(connection, history.actor(), email, may_be_last=False)
    except LastOwner:
        return _page({"remove_password": LAST_ADMINISTRATOR}), 409
    session.leave()
    return redirect(url_for("sign_in.form"))


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
        alone = [names[key] for key in roles.owned_alone(connection, current_user.email) if key in names]
    return render_template(
        "account.html",
        errors=errors,
        factor=held,
        is_readable=held is None or credentials.is_readable(current_user.email, held),
        sessions=signed_in,
        here=sessions.id_of(session.secret()),
        roles=current_user.roles,
        names=names,
        alone=alone,
    )
