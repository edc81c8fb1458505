"""Values made safe before they are counted: no value may name a visitor. Paths have a module of their own.

Each function takes what a browser sent and gives the value to count. They never fail: what cannot be used
becomes ``(none)``, what could name someone ``:id``. Making a value safe again changes nothing.
"""

from __future__ import annotations

import re

from consent_service.domain.dimensions import NONE
from consent_service.domain.identifiers import MASK, names_someone
from consent_service.domain.text import settled

LONGEST_CAMPAIGN = 100
MOST_LABELS = 5
"""Deeper names are made for machines, or for someone."""

_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMERIC_HOST = re.compile(r"(.*\.)?(\d+|0x[0-9a-f]*)")
"""What browsers take for an IPv4 address: it ends in a number, be it decimal, octal or hexadecimal."""
_ADDRESS_WITHIN = re.compile(r"(?<!\d)\d{1,3}(-\d{1,3}){3}(?!\d)")
"""As providers name the connections of homes: ``81-2-69-142.dsl.example``."""
_AT_HOME = frozenset({"local", "lan", "home", "internal", "intranet", "corp", "localdomain", "arpa", "localhost"})
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(-[A-Za-z0-9-]*)?")


def safe_host(host: str) -> str:
    """A host name in lower case, without what could be one person's.

    Addresses and the names of machines at home or at work are masked. So is a label that looks like an id, with
    everything before it, and what is deeper than `MOST_LABELS`. With a port or a user it is no host name.
    """
    host = host.lower().removesuffix(".")
    plain = host.removeprefix(f"{MASK}.")
    if host == MASK or plain.startswith("[") or _NUMERIC_HOST.fullmatch(plain):
        return MASK
    if not _HOST.fullmatch(plain):
        return NONE
    labels = plain.split(".")
    if (len(labels) == 1 and plain == host) or labels[-1] in _AT_HOME:
        return MASK
    named = [number + 1 for number, label in enumerate(labels) if _label_names_someone(label)]
    rest = labels[max([0, len(labels) - MOST_LABELS, *named]) :]
    return host if rest == labels else ".".join((MASK, *rest))


def _label_names_someone(label: str) -> bool:
    """Of an internationalized label what it reads counts; its spelling in ASCII looks like an id always."""
    if not label.startswith("xn--"):
        return bool(_ADDRESS_WITHIN.search(label)) or names_someone(label)
    try:
        return names_someone(label[4:].encode().decode("punycode"))
    except UnicodeError:
        return True


def safe_campaign(text: str) -> str:
    """A campaign's source, medium or name: in lower case, its words that could name someone masked.

    What is longer than `LONGEST_CAMPAIGN` loses its last words.
    """
    plain = settled(text)
    if plain is None:
        return MASK
    words = [_safe_word(word) for word in plain.replace("+", " ").lstrip("( ").split()]
    while len(" ".join(words)) > LONGEST_CAMPAIGN:
        words.pop()
    return " ".join(words) or NONE


def _safe_word(word: str) -> str:
    # Capitals tell a token from a word, and are lost with the lower case.
    lowered = settled(word.lower())
    is_long = lowered is None or len(lowered) > LONGEST_CAMPAIGN
    return MASK if is_long or names_someone(word) or names_someone(lowered or "") else lowered or MASK


def safe_language(tag: str) -> str:
    """The primary subtag, in lower case."""
    match = _LANGUAGE.fullmatch(tag)
    return match[1].lower() if match else NONE
