"""Add and remove accounts, change their passwords, and turn their second factors off."""

from __future__ import annotations

from sqlalchemy import Connection

from consent_service.domain.access.roles import EVERY_SITE, Role, highest
from consent_service.storage import sites
from consent_service.storage.people import accounts, audit_trail, factors, roles, sessions
from consent_service.storage.people.accounts import PasswordHash
from consent_service.storage.people.audit_trail import Actor
from consent_service.storage.people.invitations import Invitation


def add(connection: Connection, actor: Actor, email: str, password_hash: PasswordHash, site: str, role: Role) -> str:
    """Add an account with a role at a site, or with ``*`` at every site; return its address as it is kept.

    Raises UserError, also for a site that does not exist.
    """
    if site != EVERY_SITE:
        sites.get(connection, site)
    email = accounts.add(connection, email, password_hash, {site: role})
    audit_trail.note(connection, actor, "account made", site, person=email, role=role)
    return email


def add_first(connection: Connection, email: str, password_hash: PasswordHash, now: float) -> str:
    """Add the first account, owner of every site; return its address as it is kept.

    Raises UserError, without a field if there is an account by now.
    """
    email = accounts.add_first(connection, email, password_hash)
    audit_trail.note(connection, Actor(email, now), "account made")
    return email


def add_invited(connection: Connection, invitation: Invitation, password_hash: PasswordHash, now: float) -> None:
    """Add the account of an invited person, under the invited address, with the role of the invitation.

    Raises UserError.
    """
    accounts.add(connection, invitation.email, password_hash, {})
    audit_trail.note(connection, Actor(invitation.email, now), "account made", invitation.site)
    accept(connection, invitation, now)


def accept(connection: Connection, invitation: Invitation, now: float) -> None:
    """Give the invited account the role of the invitation, or leave it a higher one that it has there."""
    present = roles.held_by(connection, invitation.email).get(invitation.site, invitation.role)
    role = highest(present, invitation.role)
    roles.give(connection, invitation.email, invitation.site, role)
    actor = Actor(invitation.email, now)
    audit_trail.note(connection, actor, "invitation accepted", invitation.site, role=role)


def remove(connection: Connection, actor: Actor, email: str, *, may_be_last: bool) -> None:
    """Remove an account with its sessions, roles and tokens; what it did stays in the audit trail.

    Raises UserError if there is no such account, and LastOwner if the service would have no owner and that is not
    allowed.
    """
    roles.hold(connection)
    accounts.remove(connection, email)
    if not may_be_last:
        roles.check_owned(connection, EVERY_SITE)
    audit_trail.note(connection, actor, "account removed", person=email)


def change_email(connection: Connection, actor: Actor, email: str, wanted: str, totp: str) -> str:
    """Give an account another address; return it as it is kept. Its roles, sessions and tokens go with it.

    Nobody has seen that the address is the account's, so it is noted for the owners of each of its sites too.
    ``totp`` is the secret of its second factor, encrypted for the new address. Raises UserError.
    """
    wanted = accounts.change_email(connection, email, wanted, totp)
    for site in {"": None, **roles.held_by(connection, wanted)}:
        if site != EVERY_SITE:
            audit_trail.note(connection, actor, "e-mail address changed", site, person=wanted)
    return wanted


def change_password(
    connection: Connection, actor: Actor, email: str, password_hash: PasswordHash, session: str = ""
) -> None:
    """Change an account's password and end its sessions, but for the one with the secret ``session``."""
    accounts.change_password(connection, email, password_hash)
    ended = sessions.end_others(connection, email, session)
    details = {"sessions_ended": str(ended)} if actor.name == email else {"person": email}
    audit_trail.note(connection, actor, "password changed", **details)


def turn_factor_off(connection: Connection, actor: Actor, email: str) -> None:
    """Turn the second factor of an account off, by its owner or for somebody who lost it."""
    factors.turn_off(connection, email)
    if actor.name == email:
        audit_trail.note(connection, actor, "second factor turned off")
    else:
        audit_trail.note(connection, actor, "second factor reset", person=email)
