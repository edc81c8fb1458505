"""The one-time link that makes the first account."""

from __future__ import annotations

import hashlib

from itsdangerous import BadData, URLSafeSerializer

from consent_service.config import Config

LINK_SECONDS = 86_400


class BadLink(ValueError):
    """A link that this service did not sign, or that is older than a day."""


def make(config: Config, now: float) -> str:
    """The address at which the first account is made; good for a day, and only while there is no account."""
    return f"{config.public_url}/setup/{_serializer(config).dumps(int(now) + LINK_SECONDS)}"


def check(token: str, config: Config, now: float) -> None:
    """Raises BadLink unless ``token`` is the last part of an address that `make` gave within the last day."""
    try:
        end = _serializer(config).loads(token)
    except BadData as error:
        raise BadLink from error
    if not isinstance(end, int) or end <= now:
        raise BadLink


def _serializer(config: Config) -> URLSafeSerializer:
    # The end is in what is signed, not in itsdangerous' own time stamp, which reads a clock of its own.
    return URLSafeSerializer(
        list(reversed(config.secret_keys)),
        salt="first account",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
