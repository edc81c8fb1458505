"""The owners' sessions. The secret in the owner's cookie names one; the database has its hash."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from consent_service.domain.access.roles import Roles
from consent_service.storage import tables
from consent_service.storage.people.secret import hashed
from consent_service.storage.tables import sessions

SESSION_SECONDS = 14 * 86_400


@dataclass(frozen=True)
class Session:
    """One browser that is signed in. ``browser`` is families alone, such as "Firefox on Linux", or empty."""

    id: str
    began: float
    browser: str


def start(connection: Connection, email: str, now: float, browser: str = "") -> str:
    """The secret of a new session, for the owner's cookie."""
    sweep(connection, now)
    secret = secrets.token_urlsafe(32)
    row = {"id_hash": id_of(secret), "email": email, "ends": now + SESSION_SECONDS, "began": now, "browser": browser}
    connection.execute(insert(sessions).values(row))
    return secret


def signed_in(connection: Connection, secret: str, now: float) -> tuple[str, Roles] | None:
    """Whose session this is, and that account's roles; None if it is unknown or has ended."""
    held = tables.roles
    query = (
        select(sessions.c.email, held.c.site, held.c.role)
        .join_from(sessions, held, held.c.email == sessions.c.email, isouter=True)
        .where(sessions.c.id_hash == id_of(secret), sessions.c.ends > now)
    )
    rows = connection.execute(query).all()
    return (rows[0].email, {row.site: row.role for row in rows if row.site}) if rows else None


def of_account(connection: Connection, email: str, now: float) -> Sequence[Session]:
    """The newest first."""
    query = select(sessions).where(sessions.c.email == email, sessions.c.ends > now)
    rows = connection.execute(query.order_by(sessions.c.began.desc(), sessions.c.id_hash))
    return [Session(row.id_hash, row.began, row.browser) for row in rows]


def end(connection: Connection, email: str, session: str) -> bool:
    """End a session of an account, by its id; False if it has none such."""
    its = (sessions.c.email == email) & (sessions.c.id_hash == session)
    return connection.execute(delete(sessions).where(its)).rowcount > 0


def end_others(connection: Connection, email: str, secret: str = "") -> int:
    """End all sessions of an account but the one with this secret; gives how many that were."""
    others = (sessions.c.email == email) & (sessions.c.id_hash != id_of(secret))
    return connection.execute(delete(sessions).where(others)).rowcount


def sweep(connection: Connection, now: float) -> None:
    """Delete the sessions that have ended."""
    connection.execute(delete(sessions).where(sessions.c.ends <= now))


def id_of(secret: str) -> str:
    """By which the database knows a session, and its owner's list: the secret's hash, from which it does not follow."""
    return hashed(secret)
