"""Encrypting under a passphrase: AES-256-GCM with a key by scrypt. Imported when it is needed: it brings OpenSSL."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

PART_BYTES = 4
"""Of a nonce's twelve, those that number the parts of a file."""


class Sealing:
    """Seals parts of one file, in order, under one key: none can be left out, put elsewhere or taken from another.

    A nonce is the file's and the part's number; the last part must say that it is the last, or a file that was cut off
    between two could not be told.
    """

    def __init__(self, passphrase: str, salt: bytes, nonce: bytes, context: bytes, cost: int) -> None:
        self._cipher = AESGCM(_key(passphrase, salt, cost))
        self._nonce = nonce
        self._context = context
        self._number = 0

    def seal(self, plain: bytes) -> bytes:
        return self._cipher.encrypt(self._following(), plain, self._context)

    def open(self, sealed: bytes) -> bytes:
        """Raises ValueError for another passphrase, or a part that is not the next one of this file."""
        try:
            return self._cipher.decrypt(self._following(), sealed, self._context)
        except InvalidTag:
            raise ValueError from None

    def _following(self) -> bytes:
        self._number += 1
        return self._nonce + self._number.to_bytes(PART_BYTES, "big")


def encrypt(plain: bytes, passphrase: str, salt: bytes, nonce: bytes, context: bytes, cost: int) -> bytes:
    return AESGCM(_key(passphrase, salt, cost)).encrypt(nonce, plain, context)


def decrypt(sealed: bytes, passphrase: str, salt: bytes, nonce: bytes, context: bytes, cost: int) -> bytes:
    """Raises ValueError if it was encrypted under another passphrase, or is damaged."""
    try:
        return AESGCM(_key(passphrase, salt, cost)).decrypt(nonce, sealed, context)
    except InvalidTag:
        raise ValueError from None


def _key(passphrase: str, salt: bytes, cost: int) -> bytes:
    return Scrypt(salt, length=32, n=cost, r=8, p=1).derive(passphrase.encode())
