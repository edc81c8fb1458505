"""Values made safe before they are counted: no value may name a visitor. Paths have a module of their own.

Each function takes what a browser sent and gives the value to count. They never fail: what cannot be used
becomes ``(none)``, what could name someone ``:id``. Making a value safe again changes nothing.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from consent_service.domain.counting.dimensions import ABSENT_PART, CAMPAIGN_SEPARATOR, NONE, PLATFORM_SEPARATOR
from consent_service.domain.masking.host_labels import personal_labels
from consent_service.domain.masking.identifiers import MASK, names_someone
from consent_service.domain.masking.normalize import normalized, without_cut_end
from consent_service.domain.masking.paths import word_that_names

LONGEST_CAMPAIGN = 100
_NOTHING = frozenset({"(not set)", "(direct)", "(none)"})
"""As analytics write that a campaign has none."""

_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMERIC_HOST = re.compile(r"(.*\.)?(\d+|0x[0-9a-f]*)")
"""What browsers take for an IPv4 address: it ends in a number, be it decimal, octal or hexadecimal."""
_AT_HOME = re.compile(
    r"(.*\.)?(local|lan|home|internal|intranet|corp|localdomain|arpa|localhost|private|ip|(fritz|easy|o2)\.box|ts\.net)"
)
"""Names that mean something in one network alone; ``.ip``, ``.box`` are those of routers, ``ts.net`` of Tailscale."""
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})([-_][A-Za-z0-9_-]*)?")

RENAMED_LANGUAGES = MappingProxyType({"in": "id", "iw": "he", "ji": "yi", "no": "nb"})
"""What old tags are called now; who writes ``no`` means Bokmål. Two names of one language would be two rows."""


def safe_host(host: str) -> str:
    """A host name in lower case, without what could be one person's.

    Addresses and the names of machines at home or at work are masked, and so are the labels that could be one
    person's, with everything before them. With a port or a user it is no host name.
    """
    host = host.lower().removesuffix(".")
    plain = host.removeprefix(f"{MASK}.")
    if host == MASK or plain.startswith("[") or _NUMERIC_HOST.fullmatch(plain):
        return MASK
    if not _HOST.fullmatch(plain):
        return NONE
    labels = plain.split(".")
    if (len(labels) == 1 and plain == host) or _AT_HOME.fullmatch(plain):
        return MASK
    rest = labels[personal_labels(labels) :]
    return host if rest == labels else ".".join((MASK, *rest))


def safe_campaign(text: str) -> str:
    """A campaign's source, medium or name: in lower case, its words that could name someone masked.

    A number after a word for someone or for a record goes as in paths: ``customer-4711``, ``order 12345``.
    What is longer than `LONGEST_CAMPAIGN` loses its last words. So do letters of which the encoding was cut off: the
    script sends so many bytes at most.
    """
    plain = normalized(text)
    if plain is None:
        return MASK
    plain = without_cut_end(plain.replace("+", " ")).strip()
    if plain.lower() in _NOTHING:
        return NONE
    if plain.startswith("("):
        plain = plain.strip("() ")
    words: list[str] = []
    for word in plain.split():
        if word == "/":  # it would be taken for the sign between two parts of a campaign
            continue
        words.append(_safe_word(words[-1] if words else "", word))
    while len(" ".join(words)) > LONGEST_CAMPAIGN:
        words.pop()
    safe = " ".join(words)
    # A word that is the last only now may end as what was cut off does.
    return (safe if without_cut_end(safe) == safe else safe_campaign(safe)) or NONE


def campaign(parts: tuple[str, str, str]) -> str:
    """Source, medium and name of a link, each made safe, as one value: ``newsletter / email / november``."""
    named = [ABSENT_PART if part == NONE else part for part in map(safe_campaign, parts)]
    return NONE if all(part == ABSENT_PART for part in named) else CAMPAIGN_SEPARATOR.join(named)


def platform(parts: tuple[str, str]) -> str:
    """A system and a device as one value, of one part alone that part: ``iOS, phone``."""
    return PLATFORM_SEPARATOR.join(part for part in parts if part not in ("", NONE)) or NONE


def _safe_word(before: str, word: str) -> str:
    # Capitals tell a token from a word, and are lost with the lower case.
    lowered = normalized(word.lower())
    if not lowered or len(lowered) > LONGEST_CAMPAIGN or names_someone(word) or names_someone(lowered):
        return MASK
    return MASK if word_that_names(lowered) or word_that_names(f"{before} {lowered}") else lowered


def safe_language(tag: str) -> str:
    """The primary subtag, in lower case and under its present name."""
    match = _LANGUAGE.fullmatch(tag)
    language = match[1].lower() if match else NONE
    return RENAMED_LANGUAGES.get(language, language)
