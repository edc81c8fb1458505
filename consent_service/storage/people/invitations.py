"""Invitations: one-time links under which somebody takes a role, and makes an account if they have none.

There is no mail yet: whoever invites passes the link on. So it proves nothing about who opens it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, delete, insert, select

from consent_service.domain.access.roles import Role
from consent_service.storage.people.secret import hashed
from consent_service.storage.tables import invitations

LINK_SECONDS = 7 * 86_400


@dataclass(frozen=True)
class Invitation:
    """``ends`` is in seconds since 1970; ``site`` a key, or ``*`` for every site."""

    email: str
    site: str
    role: Role
    ends: float


def make(connection: Connection, email: str, site: str, role: Role, now: float) -> str:
    """The secret of a new link, in the place of an older one for the same person and site."""
    sweep(connection, now)
    withdraw(connection, email, site)
    secret = secrets.token_urlsafe(32)
    row = {"token_hash": hashed(secret), "email": email, "site": site, "role": role, "ends": now + LINK_SECONDS}
    connection.execute(insert(invitations).values(row))
    return secret


def find(connection: Connection, secret: str, now: float) -> Invitation | None:
    """None if it is unknown, used, withdrawn or has ended."""
    query = select(invitations).where(invitations.c.token_hash == hashed(secret), invitations.c.ends > now)
    row = connection.execute(query).one_or_none()
    return _invitation(row) if row else None


def take(connection: Connection, secret: str, now: float) -> Invitation | None:
    """Use an invitation up; None as with `find`, so that of two who come at once one gets it."""
    invitation = find(connection, secret, now)
    gone = connection.execute(delete(invitations).where(invitations.c.token_hash == hashed(secret))).rowcount
    return invitation if gone else None


def pending(connection: Connection, site: str, now: float) -> Sequence[Invitation]:
    """Those to a site, or with ``*`` to every site, that can still be used."""
    query = select(invitations).where(invitations.c.site == site, invitations.c.ends > now)
    return [_invitation(row) for row in connection.execute(query.order_by(invitations.c.email))]


def withdraw(connection: Connection, email: str, site: str) -> bool:
    """False if there was none."""
    its = (invitations.c.email == email) & (invitations.c.site == site)
    return connection.execute(delete(invitations).where(its)).rowcount > 0


def sweep(connection: Connection, now: float) -> None:
    """Delete those that have ended."""
    connection.execute(delete(invitations).where(invitations.c.ends <= now))


def _invitation(row: Row[tuple[object, ...]]) -> Invitation:
    return Invitation(row.email, row.site, row.role, row.ends)
