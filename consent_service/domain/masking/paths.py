"""A path made safe before it is counted: it names a page, and no visitor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum

from consent_service.domain.masking.bigrams import reads_as_word
from consent_service.domain.masking.identifiers import MASK, names_someone
from consent_service.domain.masking.normalize import settled, split_words
from consent_service.domain.masking.vocabulary import HINTS, LISTED, PAGES, PEOPLE, RECORDS, SECRETS, SECTIONS

LONGEST_PATH = 200
MOST_SEGMENTS = 12
LONGEST_SEGMENT = 150

_NOBODY = PAGES | PEOPLE | SECRETS | HINTS | RECORDS
_NUMBERED = PEOPLE | RECORDS
_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTH = re.compile(r"0?[1-9]|1[0-2]")
_FEW = re.compile(r"\d{1,3}")


def safe_path(path: str) -> str:
    """The path without query, fragment and parameters; what could name someone is masked as ``:id``.

    It has at most `MOST_SEGMENTS` segments and `LONGEST_PATH` characters, begins with ``/``, and is decoded.
    Making it safe again changes nothing.
    """
    plain = settled(path)
    if plain is None:
        return f"/{MASK}"
    # Browsers take a backslash for a slash.
    plain = plain.partition("?")[0].partition("#")[0].replace("\\", "/")
    safe = "/" + "/".join(_safe_segments(plain.split("/")[1 : MOST_SEGMENTS + 1]))
    return safe if len(safe) <= LONGEST_PATH else safe[:LONGEST_PATH].rpartition("/")[0] or "/"


class _Scope(IntEnum):
    """What the words before a segment say of it; a wider one holds on within a narrower."""

    NONE = 0
    RECORD = 1
    HINT = 2
    PERSON = 3
    SECRET = 4
    """Nothing ends it. Nor does anything after someone was named: what follows is that person's."""


def _safe_segments(segments: list[str]) -> Iterator[str]:
    scope, before = _Scope.NONE, ""
    for segment in segments:
        plain = segment.partition(";")[0]
        is_safe = len(plain) <= LONGEST_SEGMENT and not names_someone(plain) and not word_that_names(plain)
        safe = plain if is_safe and _is_page(scope, before, plain.casefold()) else MASK
        yield safe
        if plain:
            scope, before = _scope_after(scope, before, safe.casefold(), word_that_names(plain)), safe.casefold()


def word_that_names(text: str) -> str:
    """The word for someone or for a record by which a text itself names one: ``User:Jane``, ``order-1047``."""
    folded = text.casefold()
    words = split_words(folded)
    if words[0] in PEOPLE and folded[len(words[0]) :].lstrip(": ") and folded[len(words[0])] == ":":
        return words[0]
    is_numbered = 2 <= len(words) <= 3 and words[-2] in _NUMBERED and words[-1].isdigit()
    return words[-2] if is_numbered and not _YEAR.fullmatch(words[-1]) else ""


def _scope_after(scope: _Scope, before: str, safe: str, named_by: str) -> _Scope:
    scope = max(scope, _opened_by([named_by] if named_by else split_words(safe)))
    if safe == MASK:
        return _Scope.SECRET if scope is _Scope.PERSON else scope
    words = set(split_words(safe))
    if scope is _Scope.PERSON:
        return _Scope.NONE if words <= PAGES and not words.isdisjoint(SECTIONS) else scope
    leads_on = (words <= _NOBODY and words.isdisjoint(SECTIONS)) or _is_part_of_list(before, safe)
    return scope if leads_on or scope is _Scope.SECRET else _opened_by(split_words(safe))


def _opened_by(kind: list[str]) -> _Scope:
    if len(kind) > 2:
        return _Scope.NONE
    if not SECRETS.isdisjoint(kind) and _NOBODY.issuperset(kind):
        return _Scope.SECRET
    if kind[-1] in PEOPLE:
        return _Scope.PERSON
    if not HINTS.isdisjoint(kind) and _NOBODY.issuperset(kind):
        return _Scope.HINT if len(kind) == 1 else _Scope.SECRET
    return _Scope.NONE if RECORDS.isdisjoint(kind) else _Scope.RECORD


def _is_page(scope: _Scope, before: str, segment: str) -> bool:
    """Whether a segment is a page though it stands where someone or something of someone's may be named."""
    words = split_words(segment)
    if scope is _Scope.NONE or not segment or _NOBODY.issuperset(words):
        return True
    if _is_part_of_list(before, segment):
        return scope < _Scope.PERSON or not _YEAR.fullmatch(segment) or not RECORDS.isdisjoint(split_words(before))
    if scope >= _Scope.PERSON:
        return False
    has_digit = any(map(str.isdigit, segment))
    return not has_digit or (scope is _Scope.RECORD and _is_title(words))


def _is_part_of_list(before: str, segment: str) -> bool:
    """Whether it is a year, a month after one, or the number of a page: ``/orders/2026/11``, ``/orders/page/2``."""
    if _YEAR.fullmatch(segment):
        return True
    return bool(_MONTH.fullmatch(segment) if _YEAR.fullmatch(before) else before in LISTED and _FEW.fullmatch(segment))


def _is_title(words: list[str]) -> bool:
    """Whether a digit among the words is part of a name: ``covid-19``, ``3m``."""
    joined = "".join(words)
    if joined.isdigit() or any(len(word) > 3 and word.isdigit() and not _YEAR.fullmatch(word) for word in words):
        return False
    return len(joined) < 3 or any(
        len(word) > 3 and word.isalpha() and word not in _NOBODY and reads_as_word(word) for word in words
    )
