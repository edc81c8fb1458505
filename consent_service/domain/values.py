"""Values made safe before they are counted: no value may name a visitor.

Each function takes what a browser sent and gives the value to count. They never fail: what cannot be used
becomes ``(none)`` or is cut to its bounds.
"""

from __future__ import annotations

import re
from itertools import pairwise
from unicodedata import normalize
from urllib.parse import unquote

from consent_service.domain.dimensions import NONE

LONGEST_PATH = 200
MOST_SEGMENTS = 12
MASK = ":id"

_HEX_OR_UUID = re.compile(r"(?=.*\d)[0-9a-fA-F]{12,}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_LONG_NUMBER = re.compile(r"\+?\d[\d .()-]*")
_DATE = re.compile(r"(19|20)\d\d-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMERIC_HOST = re.compile(r"[\d.]+")
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(-[A-Za-z0-9-]*)?")


def safe_path(path: str) -> str:
    """The path without query and fragment, its e-mail addresses, ids and tokens masked as ``:id``."""
    path = path.partition("?")[0].partition("#")[0]
    segments = path.split("/")[1 : MOST_SEGMENTS + 1]
    safe = "/" + "/".join(_safe_segment(segment) for segment in segments)
    return safe if len(safe) <= LONGEST_PATH else safe[:LONGEST_PATH].rpartition("/")[0] or "/"


def _safe_segment(segment: str) -> str:
    plain = _UNSAFE.sub("", unquote(segment)).partition("?")[0].partition("#")[0].replace("/", "")
    # Encoded twice or written in full width, an address is an address still.
    return MASK if names_someone(normalize("NFKC", unquote(unquote(plain)))) else plain


def names_someone(segment: str) -> bool:
    """Whether a path segment looks like an e-mail address, an id, a long number or a token."""
    if "@" in segment or _HEX_OR_UUID.fullmatch(segment):
        return True
    if _LONG_NUMBER.fullmatch(segment):
        return sum(letter.isdigit() for letter in segment) > 5 and not _DATE.fullmatch(segment)
    return any(_looks_random(part) for part in re.split(r"[-_.~ ]", segment))


def _looks_random(word: str) -> bool:
    """Long, and mixed as no word is: digits between letters, or capitals within."""
    if len(word) < 12:
        return len(word) >= 8 and _turns(word) >= 4
    return _turns(word) >= 3 or len(word) > 40


def _turns(word: str) -> int:
    """How often a word changes between small letters, capitals and digits."""
    kinds = ["d" if c.isdigit() else "u" if c.isupper() else "l" for c in word]
    return sum(a != b for a, b in pairwise(kinds))


def safe_host(host: str) -> str:
    """A host name in lower case; an address in numbers is masked, for it may be someone's own."""
    host = host.lower().rstrip(".")
    if _NUMERIC_HOST.fullmatch(host) or host.startswith("["):
        return MASK
    return host if _HOST.fullmatch(host) else NONE


def safe_language(tag: str) -> str:
    """The primary subtag, in lower case."""
    match = _LANGUAGE.fullmatch(tag)
    return match[1].lower() if match else NONE
