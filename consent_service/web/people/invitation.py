"""``/invitations/TOKEN``: taking an invitation up, with the account that one has or with a new one."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Connection

from consent_service.administration import account_acts
from consent_service.domain.access.roles import EVERY_SITE
from consent_service.domain.errors import UserError
from consent_service.storage import sites
from consent_service.storage.database.engine import reading, writing
from consent_service.storage.people import invitations
from consent_service.storage.people.invitations import Invitation
from consent_service.web.people import credentials, known
from consent_service.web.security import session
from consent_service.web.services import services

blueprint = Blueprint("invitation", __name__, url_prefix="/invitations/<token>")

SPENT = (
    "This invitation has been used or withdrawn, or it is older than a week. If you have an account, sign in; "
    "else ask whoever invited you for another link."
)

NOT_YOURS = (
    "This invitation is for {invited}, and you are signed in as {present}. Sign out and open the link again, "
    "or ask for an invitation to {present}."
)


@blueprint.get("")
def form(token: str) -> str:
    return _page(token, None)


@blueprint.post("")
def accept(token: str) -> ResponseReturnValue:
    """With the account that is signed in, which must be the invited one."""
    if not current_user.is_authenticated:
        return redirect(url_for("sign_in.form", next=url_for("invitation.form", token=token)))
    invited = _find(token)
    if invited.email != current_user.email:
        abort(403, NOT_YOURS.format(invited=invited.email, present=current_user.email))
    with writing(services().engine) as connection:
        _take(connection, token)
        account_acts.accept(connection, invited, services().clock())
    flash("You are in.")
    return redirect(_place(invited))


@blueprint.post("/account")
def join(token: str) -> ResponseReturnValue:
    """With a new account. Its address is the invited one, whatever is typed."""
    invited = _find(token)
    try:
        password_hash = credentials.hashed(request.form.get("password", ""))
        with writing(services().engine) as connection:
            _take(connection, token)
            account_acts.add_invited(connection, invited, password_hash, services().clock())
    except UserError as error:
        return _page(token, error), 422
    session.enter(invited.email)
    known.remember(invited.email)
    return redirect(_place(invited))


def _find(token: str) -> Invitation:
    with reading(services().engine) as connection:
        return _checked(invitations.find(connection, token, services().clock()))


def _take(connection: Connection, token: str) -> None:
    _checked(invitations.take(connection, token, services().clock()))


def _checked(invitation: Invitation | None) -> Invitation:
    if invitation is None:
        abort(404, SPENT)
    return invitation


def _place(invited: Invitation) -> str:
    if invited.site == EVERY_SITE:
        return url_for("overview.everyone")
    return url_for("site_numbers.page", key=invited.site)


def _page(token: str, error: UserError | None) -> str:
    """The same whether there is an account or not: whoever invited has the link too."""
    invited = _find(token)
    with reading(services().engine) as connection:
        name = sites.names(connection).get(invited.site, "")
    return render_template("invitation.html", token=token, invited=invited, name=name, error=error)
