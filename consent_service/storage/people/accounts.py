"""The owners' accounts and their passwords."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NewType
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Connection, delete, insert, select, update

from consent_service.domain.access.roles import EVERYTHING, Roles
from consent_service.domain.errors import UserError
from consent_service.security import passwords
from consent_service.storage.people import roles
from consent_service.storage.tables import accounts, invitations, metadata

HASHER = PasswordHasher()
"""argon2id at the cost that its library advises."""

PasswordHash = NewType("PasswordHash", str)
"""What `hashed` gives, and what is kept of a password."""

NOBODYS_HASH = PasswordHash(
    "$argon2id$v=19$m=65536,t=3,p=4$WYq4gJlkGZR1QzKFgKDBYQ$QJGFxhGV4C2gA1QfXPOQiGSxExZ84pplqquERlTPPVw"
)
"""Verified when there is no such account, so that the answer takes as long: of a password that nobody knows."""

_REFERRING = tuple(
    key.parent for table in metadata.sorted_tables for key in table.foreign_keys if key.column is accounts.c.email
)
"""The columns that refer to an account by its address."""

_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,189}")


def add(connection: Connection, email: str, password_hash: PasswordHash, held: Roles) -> str:
    """Make an account with these roles; gives its address as it is kept. Raises UserError."""
    email = checked(email)
    if exists(connection, email):
        raise UserError("there is already an account with this e-mail address", "email")
    connection.execute(insert(accounts).values(email=email, password_hash=password_hash))
    for site, role in held.items():
        roles.give(connection, email, site, role)
    return email


def add_first(connection: Connection, email: str, password_hash: PasswordHash) -> str:
    """Make the first account, owner of every site. Raises UserError, also when there is one by now."""
    roles.hold(connection)  # two who come at once follow each other
    if any_exists(connection):
        raise UserError("there is an account by now")
    return add(connection, email, password_hash, EVERYTHING)


def checked(email: str) -> str:
    """An e-mail address as it is kept. Raises UserError."""
    email = tidied(email)
    if not _EMAIL.fullmatch(email) or not email.isprintable() or normalize("NFKC", email) != email:
        raise UserError("an e-mail address is needed, such as owner@example.org", "email")
    return email


def hashed(password: str) -> PasswordHash:
    """The hash to keep of a password. Slow on purpose: call it outside of transactions. Raises UserError."""
    return PasswordHash(HASHER.hash(passwords.checked(password)))


def any_exists(connection: Connection) -> bool:
    return connection.execute(select(accounts.c.email).limit(1)).first() is not None


def exists(connection: Connection, email: str) -> bool:
    return connection.execute(select(accounts.c.email).where(accounts.c.email == email)).first() is not None


def everyone(connection: Connection) -> Sequence[str]:
    """The addresses of all accounts, in alphabetical order."""
    return connection.scalars(select(accounts.c.email).order_by(accounts.c.email)).all()


def change_email(connection: Connection, email: str, wanted: str, totp: str) -> str:
    """Give an account another address; return it as it is kept. ``totp`` is the secret, encrypted for it.

    Raises UserError, also for an address to which an invitation waits: it is somebody else's.
    """
    wanted = checked(wanted)
    if wanted == email:
        raise UserError("this is the address of your account already", "email")
    is_invited = connection.execute(select(invitations.c.email).where(invitations.c.email == wanted).limit(1)).first()
    if exists(connection, wanted) or is_invited:
        raise UserError("this address is somebody else's here, or an invitation to it waits", "email")
    present = connection.execute(select(accounts).where(accounts.c.email == email)).one()._asdict()
    # A key that others refer to: first the new row, then what refers to it, then the old row goes.
    connection.execute(insert(accounts).values({**present, "email": wanted, "totp": totp}))
    for column in _REFERRING:
        connection.execute(update(column.table).where(column == email).values({column.name: wanted}))
    connection.execute(delete(accounts).where(accounts.c.email == email))
    return wanted


def remove(connection: Connection, email: str) -> None:
    """Remove an account with its sessions, roles, tokens, codes and invitations. Raises UserError."""
    connection.execute(delete(invitations).where(invitations.c.email == email))
    if not connection.execute(delete(accounts).where(accounts.c.email == email)).rowcount:
        raise UserError("there is no account with this e-mail address", "email")


def password_hash(connection: Connection, email: str) -> PasswordHash:
    """The hash to verify a password with; nobody's if there is no such account."""
    email = tidied(email)
    if not _EMAIL.fullmatch(email):  # PostgreSQL does not even take a NUL to look for
        return NOBODYS_HASH
    stored = connection.execute(select(accounts.c.password_hash).where(accounts.c.email == email)).scalar()
    return PasswordHash(stored) if stored else NOBODYS_HASH


def change_password(connection: Connection, email: str, password_hash: PasswordHash) -> None:
    connection.execute(update(accounts).where(accounts.c.email == email).values(password_hash=password_hash))


def is_right(stored: PasswordHash, password: str) -> bool:
    """Whether a password is the one behind a hash. Slow on purpose: call it outside of transactions."""
    try:
        return HASHER.verify(stored, passwords.checked(password))
    except (UserError, VerificationError):
        return False


def tidied(email: str) -> str:
    return email.strip().lower()
