"""``/sites/KEY/people``: who may do what with a site."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from consent_service.domain.access.roles import EVERY_SITE
from consent_service.storage.database.engine import reading
from consent_service.storage.people import invitations, roles
from consent_service.web.people import granting, inviting
from consent_service.web.people.inviting import Invited
from consent_service.web.security.access import site_or_404
from consent_service.web.services import services

blueprint = Blueprint("members", __name__, url_prefix="/sites/<key>/people")


@blueprint.get("")
def page(key: str) -> str:
    return _page(key)


@blueprint.post("/role")
def change(key: str) -> ResponseReturnValue:
    wrong = granting.change(key)
    if wrong:
        return _page(key, wrong), 409
    if granting.is_ones_own():
        return redirect(url_for("overview.everyone"))
    flash("The role is changed.")
    return redirect(url_for("members.page", key=key))


@blueprint.post("/invite")
def invite(key: str) -> ResponseReturnValue:
    invited = inviting.invite(key)
    return _page(key, invited=invited), 422 if invited.errors else 201


@blueprint.post("/withdraw")
def withdraw(key: str) -> ResponseReturnValue:
    inviting.withdraw(key)  # one that was used meanwhile is in the list, with its role
    flash("The invitation is withdrawn: its link does nothing any more.")
    return redirect(url_for("members.page", key=key))


def _page(key: str, wrong: str = "", invited: Invited | None = None) -> str:
    now = services().clock()
    with reading(services().engine) as connection:
        site = site_or_404(connection, key)
        return render_template(
            "people.html",
            site=site,
            wrong=wrong,
            invited=invited or Invited(),
            here=roles.of_site(connection, key),
            everywhere=roles.of_site(connection, EVERY_SITE),
            pending=invitations.pending(connection, key, now),
            zone=site.zone(services().clock()),
        )
