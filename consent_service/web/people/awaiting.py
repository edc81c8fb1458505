"""Who has proved their password and not yet their second factor: in the signed cookie alone, for five minutes."""

from __future__ import annotations

import hashlib

from flask import session

from consent_service.storage.database.engine import reading
from consent_service.storage.people import accounts
from consent_service.web.services import services

SECONDS = 300
"""Enough to find the telephone."""

_FIELD = "awaiting"


def begin(email: str, stored: str) -> None:
    """``stored`` is the hash of the password that was right."""
    session.clear()
    session[_FIELD] = [email, _proof(stored), int(services().clock()) + SECONDS]


def who() -> str | None:
    """The account whose code is asked for; None if nobody's is, the time is over or the password was changed."""
    email, proof, ends = session.get(_FIELD) or ("", "", 0)
    if ends <= services().clock():
        return None
    with reading(services().engine) as connection:
        stored = accounts.password_hash(connection, email)
    return email if proof == _proof(stored) else None


def _proof(stored: str) -> str:
    """Which password it was: a hash of its hash, which has a salt, so that the cookie tells nothing of it."""
    return hashlib.sha256(stored.encode()).hexdigest()[:32]
