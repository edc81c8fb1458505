"""Inviting somebody to a site, or to every site: the form, its errors, and the link that is shown once."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import request, url_for

from consent_service.domain.access.roles import EVERY_SITE, Role
from consent_service.domain.errors import UserError
from consent_service.storage.database.engine import writing
from consent_service.storage.people import accounts, invitations, roles
from consent_service.web import history
from consent_service.web.people import granting
from consent_service.web.security.access import site_or_404
from consent_service.web.services import services

NO_ROLE = "choose viewer, editor or owner"
HAS_A_ROLE = (
    "somebody with this address has a role here already: change it in the list. Addresses are not verified: "
    "if you did not expect it, see under History who took it"
)


@dataclass
class Invited:
    """What was typed, what is wrong with it by field, and the link if nothing is.

    It is always a link, also for who has an account. (Whoever opens it learns whether there is one: docs/owners.md.)
    """

    email: str = ""
    role: str = "viewer"
    link: str = ""
    errors: dict[str, str] = field(default_factory=dict)


def invite(site: str) -> Invited:
    """As the form of this request asks; ``site`` is a key, or ``*`` for every site."""
    typed = Invited(request.form.get("email", ""), request.form.get("role", ""))
    role = granting.role_named(typed.role)
    if role is None:
        typed.errors["role"] = NO_ROLE
    try:
        email = accounts.checked(typed.email)
    except UserError as error:
        typed.errors["email"] = str(error)
    if role and not typed.errors:
        _make(typed, email, site, role)
    return typed


def withdraw(site: str) -> bool:
    """The invitation of the person whom the form names; False if there is none."""
    email = accounts.tidied(request.form.get("email", ""))
    with writing(services().engine) as connection:
        is_there = invitations.withdraw(connection, email, site)
        if is_there:
            history.note(connection, "invitation withdrawn", site, person=email)
    return is_there


def _make(typed: Invited, email: str, site: str, role: Role) -> None:
    now = services().clock()
    with writing(services().engine) as connection:
        if site != EVERY_SITE:
            site_or_404(connection, site)  # an administrator may ask for one that is gone
        if email in roles.of_site(connection, site):
            typed.errors["email"] = HAS_A_ROLE
            return
        secret = invitations.make(connection, email, site, role, now)
        history.note(connection, "person invited", site, person=email, role=role)
    typed.email, typed.link = email, services().config.public_url + url_for("invitation.form", token=secret)
