"""Encrypting under a passphrase: AES-256-GCM with a key by scrypt. Imported when it is needed: it brings OpenSSL."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt


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
