"""Consent tokens: signed statements that are the same for everyone, and the keys that sign them.

A token names a site, a notice and a quarter. It is accepted in one spelling only: verifying it and signing its
statement again must give the same string, because the several spellings that base64 admits could mark a visitor.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from itsdangerous import BadData, Signer
from itsdangerous.encoding import base64_decode, base64_encode

from consent_service.domain.disclosure.cover import Draw
from consent_service.domain.errors import UserError
from consent_service.domain.notice.consent import Consent, read_statement


class MissingKey(UserError):
    """A quarter is signed by a key that CONSENT_SECRET_KEYS does not hold, or by none yet."""


class BadToken(Exception):
    """A token that was not signed here, or is spelled otherwise."""


def fingerprint(key: str) -> str:
    """What the database keeps of a key: enough to tell keys apart, nothing to sign with."""
    return hmac.digest(key.encode(), b"consent-service key fingerprint", hashlib.sha256).hex()[:16]


class UnknownQuarter(BadToken):
    """A token of a quarter whose key this worker has not read yet, if there is such a quarter at all."""

    def __init__(self, quarter: str) -> None:
        super().__init__()
        self.quarter = quarter


class KeyRing:
    """The service's secret keys, newest first, and which of them signs which quarter."""

    def __init__(self, keys: Sequence[str]) -> None:
        self.newest = keys[0]
        self._by_fingerprint = {fingerprint(key): key for key in keys}
        self._signers: dict[str, Signer] = {}

    @property
    def newest_fingerprint(self) -> str:
        return fingerprint(self.newest)

    def has(self, wanted: str) -> bool:
        return wanted in self._by_fingerprint

    def key(self, wanted: str) -> str:
        """The key with a fingerprint. Raises MissingKey."""
        try:
            return self._by_fingerprint[wanted]
        except KeyError:
            raise MissingKey(
                f"CONSENT_SECRET_KEYS lacks the key with fingerprint {wanted}, which the database says is in use: "
                "add that key behind the newest one; all machines on one database need the same keys"
            ) from None

    def assign(self, quarter: str, wanted: str) -> None:
        """Sign a quarter with the key of this fingerprint from now on. Raises MissingKey."""
        # Key derivation is left to HMAC itself; the salt keeps other uses of the key apart from this one.
        self._signers[quarter] = Signer(
            self.key(wanted), salt=b"consent token", key_derivation="hmac", digest_method=hashlib.sha256
        )

    def knows(self, quarter: str) -> bool:
        return quarter in self._signers

    def sign(self, consent: Consent) -> str:
        """The token: everyone who accepts this notice in this quarter gets the same string. Raises MissingKey."""
        if consent.quarter not in self._signers:
            raise MissingKey(f"no key signs {consent.quarter} yet: the keeper sees to that within a minute, if it runs")
        return self._signers[consent.quarter].sign(base64_encode(consent.statement())).decode()

    def read(self, token: str) -> Consent:
        """The consent that a token states. Raises BadToken, and UnknownQuarter for a quarter without a key."""
        try:
            consent = read_statement(base64_decode(token.partition(".")[0]))
        except (BadData, ValueError):
            raise BadToken from None  # fails closed: whatever cannot be read was not signed here
        try:
            signed = self.sign(consent)
        except MissingKey:
            raise UnknownQuarter(consent.quarter) from None
        if not hmac.compare_digest(signed.encode(), token.encode()):
            raise BadToken
        return consent


def draw(key: str, site: str, period: str, dimension: str) -> Draw:
    """The draws of one breakdown: fixed for those who have the key, and unforeseeable for everybody else."""
    context = "\0".join(("draw", site, period, dimension))

    def drawn(label: str) -> bytes:
        return hmac.digest(key.encode(), f"{context}\0{label}".encode(), hashlib.sha256)

    return drawn
