"""The languages of a notice: how their tags are written, and which one a reader gets."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from consent_service.domain.masking.values import RENAMED_LANGUAGES

LONGEST_TAG = 35
"""Characters of a reader's tag that are looked at; RFC 5646, 4.4.1, has room for no fewer."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?", re.ASCII)

_STAND_INS = {"nn": "nb"}
"""Who reads the one reads the other."""

_TRADITIONAL = frozenset({"TW", "HK", "MO"})
"""Regions where Chinese is written in traditional characters."""


def canonical_tag(tag: str) -> str:
    """A tag as BCP 47 writes it: ``pt_br`` as ``pt-BR``, ``zh-hant`` as ``zh-Hant``, ``iw`` as ``he``."""
    language, *subtags = tag.strip().replace("_", "-").lower().split("-")
    return "-".join([RENAMED_LANGUAGES.get(language, language), *map(_cased, subtags)])


def _cased(subtag: str) -> str:
    """Scripts have four letters and regions two, or three digits."""
    return subtag.title() if len(subtag) == 4 else subtag.upper() if len(subtag) == 2 else subtag


def is_language(tag: str) -> bool:
    """Whether a notice may have texts under a tag: a language, perhaps a script and a region, in canonical form."""
    return _LANGUAGE.fullmatch(tag) is not None and canonical_tag(tag) == tag


def lookup(tag: str, languages: Collection[str]) -> str:
    """Which of a notice's languages is nearest to a reader's, in whatever spelling; the first if none is.

    The same tag goes before the same language and script, this before the language alone, and this before another
    region or script of it.
    """
    wanted = canonical_tag(tag[:LONGEST_TAG])
    language = _primary(wanted)
    for readable in (language, _STAND_INS.get(language)):
        alike = [other for other in languages if _primary(other) == readable]
        if alike:
            return _nearest(wanted, alike)
    return next(iter(languages))


def _nearest(wanted: str, alike: Sequence[str]) -> str:
    script, language = _script(wanted), _primary(alike[0])
    written_so = [other for other in alike if _script(other) == script] or alike
    for candidate in (wanted, f"{language}-{script}", language):
        if candidate in written_so:
            return candidate
    return written_so[0]


def _primary(tag: str) -> str:
    return tag.partition("-")[0]


def _script(tag: str) -> str:
    """The script that is named, or that the region implies; empty where the language has its usual one."""
    language, *subtags = tag.split("-")
    named = next((subtag for subtag in subtags if len(subtag) == 4), "")
    if named or language != "zh":
        return named
    return "Hans" if _TRADITIONAL.isdisjoint(subtags) else "Hant"
