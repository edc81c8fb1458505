"""Keeps the password of the database out of everything that is printed or logged.

What a driver says may hold what it was given, whole or cut at the characters that mean something in a URL.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Mapping
from urllib.parse import unquote, unquote_plus

HIDDEN = "***"

SHORTEST_PIECE = 3
"""Shorter pieces would be found in every line."""


def secrets_of(environ: Mapping[str, str]) -> frozenset[str]:
    """What must not be shown of the settings: a password, as it is written and as it is meant, and its pieces.

    It is found also in a URL that is wrong: from the first colon behind the scheme to the last @.
    """
    url = environ.get("CONSENT_DATABASE_URL", "").strip()
    if url.startswith("sqlite:"):
        return frozenset()
    person, _, place = url.partition("://")[2].rpartition("@")
    written = [person.partition(":")[2], *re.findall(r"[?&](?:ssl)?password=([^&]*)", place)]
    whole = {text for one in written for text in (one, unquote(one), unquote_plus(one))}
    pieces = {piece for text in whole for piece in re.split(r"[@:/?#&=,\[\] ]", text)}
    return frozenset(text for text in whole | pieces if len(text) >= SHORTEST_PIECE)


def hide(text: str, secrets: Collection[str]) -> str:
    """A text without them; the longest go first, so that nothing is left of one that contains another."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def said_by_driver(error: BaseException | None, secrets: Collection[str]) -> str:
    """The first line of what a database's driver says, without them."""
    said = str(error).strip().splitlines()
    return hide(said[0] if said else type(error).__name__, secrets)


class SecretFormatter(logging.Formatter):
    """Writes log records without any of these secrets."""

    def __init__(self, layout: str, secrets: Collection[str]) -> None:
        super().__init__(layout)
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return hide(super().format(record), self._secrets)
