"""A path made safe before it is counted: it names a page, and no visitor."""

from __future__ import annotations

import re
from collections.abc import Iterator

from consent_service.domain.identifiers import MASK, names_someone
from consent_service.domain.pagewords import PAGES, PEOPLE, RECORDS, SECRETS, SECTIONS
from consent_service.domain.text import settled, split_words

LONGEST_PATH = 200
MOST_SEGMENTS = 12
LONGEST_SEGMENT = 150

_NOBODY = PAGES | PEOPLE | SECRETS | RECORDS
_NUMBERED = PEOPLE | RECORDS
_YEAR = re.compile(r"(?:19|20)\d\d")


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


def _safe_segments(segments: list[str]) -> Iterator[str]:
    before = ""
    for segment in segments:
        plain = segment.partition(";")[0]
        is_safe = len(plain) <= LONGEST_SEGMENT and not names_someone(plain) and not _is_named_by(before, plain)
        yield plain if is_safe else MASK
        if not _leads_on(before, plain):
            before = plain.casefold()


def _leads_on(before: str, segment: str) -> bool:
    """Whether what stood before a segment also tells what comes after it: ``/user/settings/jane``."""
    words = set(split_words(segment.casefold()))
    is_secret = not SECRETS.isdisjoint(split_words(before))
    return not segment or (words <= PAGES and (is_secret or words.isdisjoint(SECTIONS)))


def _is_named_by(before: str, segment: str) -> bool:
    """Whether what stands before a segment, or begins it, says that it names someone."""
    kind, words = split_words(before), split_words(segment.casefold())
    if words[0] in PEOPLE and segment[len(words[0]) :].startswith(":"):
        return True
    if len(words) == 2 and words[0] in _NUMBERED and _is_number(words[1]):
        return True
    if not segment or len(kind) > 2 or before == MASK:
        return False
    if kind[-1] in PEOPLE or (not SECRETS.isdisjoint(kind) and _NOBODY.issuperset(kind)):
        return not _NOBODY.issuperset(words)
    return not RECORDS.isdisjoint(kind) and any(map(str.isdigit, segment)) and not _YEAR.fullmatch(segment)


def _is_number(word: str) -> bool:
    return word.isdigit() and not _YEAR.fullmatch(word)
