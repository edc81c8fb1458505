"""Passwords as they are hashed: the same for whoever types the same characters, on whatever keyboard."""

from __future__ import annotations

from unicodedata import normalize

from consent_service.domain.errors import UserError

SHORTEST, LONGEST = 12, 1_000
"""Characters, as they are hashed."""

MOST_TYPED = 4 * LONGEST
"""Characters as typed: decomposed, one character is at most four (https://www.unicode.org/faq/normalization.html)."""


def normalized(typed: str) -> str:
    """A password or passphrase as it is hashed: in Unicode's form NFKC.

    One system sends é as one character, another as an e and an accent: for that, NIST SP 800-63B-4 (3.1.1.2) advises
    NFC. NFKC, which its third edition named, also takes the wide letters and digits of a Japanese keyboard for plain
    ones. No password was hashed in another form: this is older than the first release.
    """
    return normalize("NFKC", typed)


def checked(typed: str) -> str:
    """A password in the form in which it is hashed. Raises UserError if it is too short or too long."""
    password = normalized(typed[:MOST_TYPED])
    if len(password) < SHORTEST:
        raise UserError(f"a password needs at least {SHORTEST} characters; four words will do", "password")
    if len(password) > LONGEST or len(typed) > MOST_TYPED:
        raise UserError(f"a password has at most {LONGEST:,} characters", "password")
    return password
