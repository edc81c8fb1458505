"""Second factors of accounts: the secret, as it comes encrypted, and the recovery codes that stand in for it."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from consent_service.storage.tables import accounts, recovery_codes

CODES = 10
"""As many as others give: enough for years of lost telephones, few enough to write down."""

CODE_BYTES = 10
"""80 bits: nobody guesses one, not even from its hash, so that a fast hash does."""


@dataclass(frozen=True)
class Factor:
    """``secret`` is encrypted; ``step`` the last half minute whose code was taken; ``codes`` how many are left."""

    secret: str
    step: int
    codes: int


def of_account(connection: Connection, email: str) -> Factor | None:
    """None if the account has no second factor."""
    left = select(func.count()).where(recovery_codes.c.email == email).scalar_subquery()
    query = select(accounts.c.totp, accounts.c.totp_step, left.label("codes")).where(accounts.c.email == email)
    row = connection.execute(query).one_or_none()
    return Factor(row.totp, row.totp_step, row.codes) if row and row.totp else None


def having(connection: Connection) -> frozenset[str]:
    """The accounts that have a second factor."""
    return frozenset(connection.scalars(select(accounts.c.email).where(accounts.c.totp != "")))


def turn_on(connection: Connection, email: str, secret: str, step: int) -> list[str]:
    """Gives the recovery codes, which are told this once."""
    connection.execute(update(accounts).where(accounts.c.email == email).values(totp=secret, totp_step=step))
    return renew_codes(connection, email)


def turn_off(connection: Connection, email: str) -> None:
    connection.execute(update(accounts).where(accounts.c.email == email).values(totp="", totp_step=0))
    connection.execute(delete(recovery_codes).where(recovery_codes.c.email == email))


def renew_codes(connection: Connection, email: str) -> list[str]:
    """New recovery codes in the place of all others, told this once: ``abcd-efgh-ijkl-mnop``."""
    connection.execute(delete(recovery_codes).where(recovery_codes.c.email == email))
    codes = [_new_code() for _ in range(CODES)]
    connection.execute(insert(recovery_codes), [{"email": email, "code_hash": _hash(code)} for code in codes])
    return codes


def take_step(connection: Connection, email: str, step: int, secret: str) -> bool:
    """Take the code of a half minute, once; ``secret`` is the same, encrypted under the newest key."""
    unused = (accounts.c.email == email) & (accounts.c.totp_step < step)
    change = update(accounts).where(unused).values(totp=secret, totp_step=step)
    return connection.execute(change).rowcount == 1


def take_code(connection: Connection, email: str, typed: str) -> bool:
    """Take a recovery code, once."""
    its = (recovery_codes.c.email == email) & (recovery_codes.c.code_hash == _hash(typed))
    return connection.execute(delete(recovery_codes).where(its)).rowcount == 1


def _new_code() -> str:
    text = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode().lower()
    return "-".join(text[place : place + 4] for place in range(0, len(text), 4))


def _hash(code: str) -> str:
    """Of a code as people type it: with or without hyphens, in capitals too."""
    return hashlib.sha256("".join(filter(str.isalnum, code.lower())).encode()).hexdigest()
