"""The owners' accounts and their sessions."""

from __future__ import annotations

import hashlib
import re
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Connection, delete, insert, select

from consent_service.domain.roles import EVERYTHING, Roles
from consent_service.storage import roles, tables
from consent_service.storage.tables import accounts, changes, sessions

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1_000
SESSION_SECONDS = 14 * 86_400

NOBODYS_HASH = "$argon2id$v=19$m=65536,t=3,p=4$WYq4gJlkGZR1QzKFgKDBYQ$QJGFxhGV4C2gA1QfXPOQiGSxExZ84pplqquERlTPPVw"
"""Verified when there is no such account, so that the answer takes as long: of a password that nobody knows."""

_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,189}")


class AccountError(ValueError):
    """An account cannot be made; ``field`` is what is wrong, the message says what to write."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def add(connection: Connection, email: str, password: str, held: Roles) -> str:
    """Make an account with these roles; gives its address as it is kept. Raises AccountError."""
    email = _tidy(email)
    if not _EMAIL.fullmatch(email):
        raise AccountError("email", "an e-mail address is needed, such as owner@example.org")
    if len(password) < SHORTEST_PASSWORD:
        raise AccountError("password", f"a password needs at least {SHORTEST_PASSWORD} characters; four words will do")
    if len(password) > LONGEST_PASSWORD:
        raise AccountError("password", f"a password has at most {LONGEST_PASSWORD:,} characters")
    if connection.execute(select(accounts.c.email).where(accounts.c.email == email)).first():
        raise AccountError("email", "there is already an account with this e-mail address")
    connection.execute(insert(accounts).values(email=email, password_hash=PasswordHasher().hash(password)))
    for site, role in held.items():
        roles.give(connection, email, site, role)
    return email


def add_first(connection: Connection, email: str, password: str) -> str:
    """Make the first account, owner of every site. Raises AccountError, also when there is one by now."""
    # The one row of this table is the lock that makes two who come at once follow each other.
    connection.execute(select(changes).with_for_update())
    if any_exists(connection):
        raise AccountError("", "there is an account by now")
    return add(connection, email, password, EVERYTHING)


def any_exists(connection: Connection) -> bool:
    return connection.execute(select(accounts.c.email).limit(1)).first() is not None


def password_hash(connection: Connection, email: str) -> str:
    """The hash to verify a password with; nobody's if there is no such account."""
    query = select(accounts.c.password_hash).where(accounts.c.email == _tidy(email))
    return connection.execute(query).scalar() or NOBODYS_HASH


def is_right(stored: str, password: str) -> bool:
    """Whether a password is the one behind a hash. Slow on purpose: call it outside of transactions."""
    if len(password) > LONGEST_PASSWORD:
        return False
    try:
        return PasswordHasher().verify(stored, password)
    except VerificationError:
        return False


def start_session(connection: Connection, email: str, now: float) -> str:
    """The secret of a new session, for the owner's cookie."""
    sweep(connection, now)
    secret = secrets.token_urlsafe(32)
    row = {"id_hash": _id_hash(secret), "email": _tidy(email), "ends": now + SESSION_SECONDS}
    connection.execute(insert(sessions).values(row))
    return secret


def signed_in(connection: Connection, secret: str, now: float) -> tuple[str, Roles] | None:
    """Whose session this is, and that account's roles; None if it is unknown or has ended."""
    held = tables.roles
    query = (
        select(sessions.c.email, held.c.site, held.c.role)
        .join_from(sessions, held, held.c.email == sessions.c.email, isouter=True)
        .where(sessions.c.id_hash == _id_hash(secret), sessions.c.ends > now)
    )
    rows = connection.execute(query).all()
    return (rows[0].email, {row.site: row.role for row in rows if row.site}) if rows else None


def sweep(connection: Connection, now: float) -> None:
    """Delete the sessions that have ended."""
    connection.execute(delete(sessions).where(sessions.c.ends <= now))


def end_session(connection: Connection, secret: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.id_hash == _id_hash(secret)))


def _tidy(email: str) -> str:
    return email.strip().lower()


def _id_hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
