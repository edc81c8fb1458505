"""``/people``: all accounts and their roles, for administrators."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consent_service.administration import account_acts
from consent_service.domain.access.roles import EVERY_SITE
from consent_service.domain.errors import UserError
from consent_service.storage import sites
from consent_service.storage.database.engine import reading, writing
from consent_service.storage.people import accounts, factors, invitations, roles
from consent_service.storage.people.roles import LastOwner
from consent_service.web import history
from consent_service.web.people import granting, inviting
from consent_service.web.people.inviting import Invited
from consent_service.web.services import services

blueprint = Blueprint("everybody", __name__, url_prefix="/people")

NO_ACCOUNT = "There is no account with this e-mail address any more. Go back and reload the list."


@blueprint.get("")
def page() -> str:
    return _page()


@blueprint.post("/role")
def change() -> ResponseReturnValue:
    """Of an account that has none at every site yet, too: who sees this list knows all accounts."""
    wrong = granting.change(EVERY_SITE)
    if not wrong and granting.is_ones_own():
        return redirect(url_for("overview.everyone"))
    return _answer(wrong, "The role is changed.")


@blueprint.post("/remove")
def remove() -> ResponseReturnValue:
    """Remove an account; what it did stays in the audit trail."""
    email = accounts.tidied(request.form.get("email", ""))
    try:
        with writing(services().engine) as connection:
            account_acts.remove(connection, history.actor(), email, may_be_last=False)
    except UserError:
        abort(404, NO_ACCOUNT)
    except LastOwner:
        return _answer(granting.LAST_OWNER.format(place="the service"), "")
    return _answer("", f"The account of {email} is removed.")


@blueprint.post("/invite")
def invite() -> ResponseReturnValue:
    invited = inviting.invite(EVERY_SITE)
    return _page(invited=invited), 422 if invited.errors else 201


@blueprint.post("/withdraw")
def withdraw() -> ResponseReturnValue:
    inviting.withdraw(EVERY_SITE)
    return _answer("", "The invitation is withdrawn: its link does nothing any more.")


def _answer(wrong: str, done: str) -> ResponseReturnValue:
    if wrong:
        return _page(wrong), 409
    flash(done)
    return redirect(url_for("everybody.page"))


def _page(wrong: str = "", invited: Invited | None = None) -> str:
    now = services().clock()
    with reading(services().engine) as connection:
        return render_template(
            "everybody.html",
            wrong=wrong,
            invited=invited or Invited(),
            people=accounts.everyone(connection),
            held=roles.of_everyone(connection),
            with_factor=factors.having(connection),
            names=sites.names(connection),
            pending=invitations.pending(connection, EVERY_SITE, now),
            zone="UTC",
        )
