"""Tokens with which programs read an account's numbers: ``cs_ID_SECRET``, of which the secret is kept as a hash."""

from __future__ import annotations

import hmac
import json
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from consent_service.domain.access.roles import Roles
from consent_service.domain.access.scopes import Scope
from consent_service.storage import tables
from consent_service.storage.people.secret import hashed
from consent_service.storage.tables import api_tokens

_SHAPE = re.compile(r"cs_([0-9a-f]{12})_([A-Za-z0-9_-]{43})", re.ASCII)


@dataclass(frozen=True)
class ApiToken:
    """``site`` is a key, or ``*`` for every site of the account; ``used_on`` and ``ends_on`` may be empty."""

    id: str
    email: str
    site: str
    name: str
    scopes: tuple[Scope, ...]
    made_on: str
    used_on: str
    ends_on: str

    def has_ended(self, today: date) -> bool:
        return bool(self.ends_on) and self.ends_on < today.isoformat()


def make(
    connection: Connection, email: str, site: str, name: str, scopes: Collection[Scope], today: date, ends_on: str = ""
) -> str:
    """The token, which nobody can be shown again."""
    number, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    row = {
        "id": number,
        "secret_hash": hashed(secret),
        "email": email,
        "site": site,
        "name": name,
        "scopes": json.dumps(sorted(scopes)),
        "made_on": today.isoformat(),
        "ends_on": ends_on,
    }
    connection.execute(insert(api_tokens).values(row))
    return f"cs_{number}_{secret}"


def find(connection: Connection, text: str, today: date) -> tuple[ApiToken, Roles] | None:
    """The token that a program sent, and its account's roles as they are now; None if it is not good."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        return None
    held = tables.roles
    query = (
        select(api_tokens, held.c.site.label("role_site"), held.c.role)
        .join_from(api_tokens, held, held.c.email == api_tokens.c.email, isouter=True)
        .where(api_tokens.c.id == match[1])
    )
    rows = connection.execute(query).all()
    if not rows or not hmac.compare_digest(rows[0].secret_hash, hashed(match[2])):
        return None
    token = _token(rows[0])
    return None if token.has_ended(today) else (token, {row.role_site: row.role for row in rows if row.role})


def note_use(connection: Connection, number: str, today: date) -> None:
    """Note the day on which a token was used last."""
    connection.execute(update(api_tokens).where(api_tokens.c.id == number).values(used_on=today.isoformat()))


def of_account(connection: Connection, email: str) -> list[ApiToken]:
    """The latest first."""
    query = select(api_tokens).where(api_tokens.c.email == email)
    tokens = [_token(row) for row in connection.execute(query.order_by(api_tokens.c.id))]
    return sorted(tokens, key=lambda token: token.made_on, reverse=True)


def revoke(connection: Connection, email: str, number: str) -> ApiToken | None:
    """Remove an account's token; None if it has none such."""
    here = (api_tokens.c.email == email) & (api_tokens.c.id == number)
    row = connection.execute(select(api_tokens).where(here)).one_or_none()
    connection.execute(delete(api_tokens).where(here))
    return _token(row) if row else None


def _token(row: Row[Any]) -> ApiToken:
    return ApiToken(
        row.id, row.email, row.site, row.name, tuple(json.loads(row.scopes)), row.made_on, row.used_on, row.ends_on
    )
