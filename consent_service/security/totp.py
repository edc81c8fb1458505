"""Codes of a second factor, by time (RFC 6238): six digits that change each half minute."""

from __future__ import annotations

import hmac

import pyotp

STEP_SECONDS = 30

DRIFT = 1
"""Steps by which the clock of a telephone may differ, as RFC 6238 advises: 30 seconds and what is left of a step."""


def new_secret() -> str:
    """160 random bits in base32."""
    return pyotp.random_base32()


def address(secret: str, email: str, issuer: str) -> str:
    """What an authenticator application reads from the QR code: ``otpauth://totp/...``"""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def code_at(secret: str, step: int) -> str:
    """The code of one half minute, counted from 1970."""
    return pyotp.HOTP(secret).at(step)  # not pyotp.TOTP, which asks the machine for its time zone


def matching_step(secret: str, typed: str, now: float, after: int) -> int | None:
    """The half minute whose code was typed; None if it is none of those around now, or one up to ``after``."""
    present = int(now) // STEP_SECONDS
    given = typed.encode()
    for step in range(present - DRIFT, present + DRIFT + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), given) and step > after:
            return step
    return None
