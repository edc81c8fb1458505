"""Changing roles and taking them away: at one site by its owners, at every site by administrators."""

from __future__ import annotations

from flask import abort, request
from flask_login import current_user
from sqlalchemy import Connection

from consent_service.domain.access.roles import EVERY_SITE, ROLES, Role
from consent_service.storage.database.engine import writing
from consent_service.storage.people import accounts, invitations, roles
from consent_service.storage.people.roles import LastOwner
from consent_service.web import history
from consent_service.web.services import services

NONE = "none"
"""In a form in the place of a role: take it away."""

NO_ROLE = "Choose viewer, editor or owner, or none to take the role away. Nothing was changed."

NOBODY = "Nobody with this e-mail address is in this list any more. Go back and reload it."

LAST_OWNER = (
    "That would leave {place} without an owner, and nobody could let people in any more. Nothing was changed: "
    "make somebody else an owner first."
)


def change(site: str) -> str:
    """Give the person whom the form names another role, or none; what is wrong with that, else empty.

    At a site only to who has one there: all others are invited, so that its owners do not learn which accounts there
    are. ``site`` may be ``*``.
    """
    email, wanted = accounts.tidied(request.form.get("email", "")), request.form.get("role", "")
    role = role_named(wanted)
    if role is None and wanted != NONE:
        return NO_ROLE
    try:
        with writing(services().engine) as connection:
            _settle(connection, email, site, role)
    except LastOwner:
        return LAST_OWNER.format(place="the service" if site == EVERY_SITE else "this site")
    return ""


def is_ones_own() -> bool:
    """Whether the form names who is signed in: with another role they may not see the list any more."""
    return bool(accounts.tidied(request.form.get("email", "")) == current_user.email)


def role_named(text: str) -> Role | None:
    return next((role for role in ROLES if role == text), None)


def _settle(connection: Connection, email: str, site: str, role: Role | None) -> None:
    """Raises LastOwner and NotFound."""
    roles.hold(connection)
    if not _is_listed(connection, email, site):
        abort(404, NOBODY)
    roles.take(connection, email, site)
    # What was offered before is not to come back by an older link.
    invitations.withdraw(connection, email, site)
    if role:
        roles.give(connection, email, site, role)
    roles.check_owned(connection, site)
    history.note(
        connection,
        "role changed" if role else "role taken away",
        site,
        person=email,
        **({"role": role} if role else {}),
    )


def _is_listed(connection: Connection, email: str, site: str) -> bool:
    """Administrators see all accounts, a site's owners those that have a role there."""
    if site == EVERY_SITE:
        return accounts.exists(connection, email)
    return email in roles.of_site(connection, site)
