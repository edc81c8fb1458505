"""Short secrets that have to be read again, encrypted at rest under the service's secret keys.

Each use has a context, which is authenticated with the text: what was written for one account cannot be put in the
place of another's.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from itsdangerous import BadData
from itsdangerous.encoding import base64_decode, base64_encode

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class Undecipherable(Exception):
    """None of the keys opens it: the one that it was written under is gone from CONSENT_SECRET_KEYS."""


class Cipher:
    """AES-256-GCM under keys that are derived from the secret keys: the newest encrypts, all of them decrypt."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = keys

    @cached_property
    def _ciphers(self) -> list[AESGCM]:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - it brings OpenSSL, seldom wanted

        return [AESGCM(_derived(key)) for key in self._keys]

    def encrypt(self, text: str, context: str) -> str:
        nonce = secrets.token_bytes(_NONCE)
        return base64_encode(nonce + self._ciphers[0].encrypt(nonce, text.encode(), context.encode())).decode()

    def decrypt(self, encrypted: str, context: str) -> str:
        """Raises Undecipherable."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as above

        try:
            content = base64_decode(encrypted)
        except BadData:
            raise Undecipherable from None
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(content[:_NONCE], content[_NONCE:], context.encode()).decode()
            except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
                continue
        raise Undecipherable


def _derived(key: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    # HKDF's info keeps this use of the key apart from all others.
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"consent-service encryption").derive(key.encode())
