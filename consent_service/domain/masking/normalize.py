"""Text from outside in one form: decoded, composed, printable. Doing it again changes nothing."""

from __future__ import annotations

import re
from typing import Literal
from unicodedata import normalize
from urllib.parse import unquote

MOST_ROUNDS = 4
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_CUT_BACKWARDS = re.compile(r"(?:\s|[0-9A-Fa-f]?%|\ufffd)*")
"""Looked for from the end, which takes no longer the more there is of it. A letter of several bytes of which some are
missing is decoded as U+FFFD."""


def normalized(text: str, form: Literal["NFC", "NFKC"] = "NFC") -> str | None:
    """Decode, compose and leave out control and invisible characters; None if decoding does not come to an end.

    What is encoded more than three times over is written so as to hide something.
    """
    for _ in range(MOST_ROUNDS):
        following = _printable(normalize(form, unquote(text)))
        if following == text:
            return text
        text = following
    return None


def without_cut_end(text: str) -> str:
    """Take off what is left of a percent-encoded letter that was cut off within, and the spaces before it."""
    return _CUT_BACKWARDS.sub("", text[::-1], count=1)[::-1]


def split_words(text: str) -> list[str]:
    """The words between signs; an empty one where it begins or ends with a sign."""
    return _BETWEEN_WORDS.split(text)


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(letter for letter in text if letter.isprintable())
