"""A path made safe before it is counted: it names a page, and no visitor."""

from __future__ import annotations

import re
from collections.abc import Iterator

from consent_service.domain.counting.dimensions import CUT
from consent_service.domain.masking.bigrams import reads_as_word
from consent_service.domain.masking.contexts import PathContext, opened_by
from consent_service.domain.masking.identifiers import MASK, names_someone
from consent_service.domain.masking.normalize import normalized, split_words
from consent_service.domain.masking.vocabulary import KNOWN, LISTED, PAGES, PEOPLE, RECORDS, SECTIONS

LONGEST_PATH = 200
MOST_SEGMENTS = 12
LONGEST_SEGMENT = 150

_NUMBERED = PEOPLE | RECORDS
_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTH = re.compile(r"0?[1-9]|1[0-2]")
_FEW = re.compile(r"\d{1,3}")


def safe_path(path: str) -> str:
    """The path without query, fragment and parameters; what could name someone is masked as ``:id``.

    It has at most `MOST_SEGMENTS` segments and `LONGEST_PATH` characters, begins with ``/``, and is decoded. What is
    cut off leaves ``…`` at its end. A slash at the end is left out, but for the root: ``/about/`` is ``/about``.
    Making it safe again changes nothing.
    """
    plain = normalized(path)
    if plain is None:
        return f"/{MASK}"
    # Browsers take a backslash for a slash.
    plain = plain.partition("?")[0].partition("#")[0].replace("\\", "/")
    segments = plain.split("/")[1:]
    safe = "/" + "/".join(_safe_segments(segments[:MOST_SEGMENTS]))
    is_cut = len(segments) > MOST_SEGMENTS or len(safe) > LONGEST_PATH
    if is_cut:
        safe = f"{safe[: LONGEST_PATH - 1].rpartition('/')[0]}/{CUT}"
    return safe.rstrip("/") or "/"


def _safe_segments(segments: list[str]) -> Iterator[str]:
    context, before = PathContext.NONE, ""
    for segment in segments:
        plain = segment.partition(";")[0]
        is_safe = len(plain) <= LONGEST_SEGMENT and not names_someone(plain) and not word_that_names(plain)
        safe = plain if is_safe and _is_page(context, before, plain.casefold()) else MASK
        yield safe
        if plain:
            context, before = _context_after(context, before, safe.casefold(), word_that_names(plain)), safe.casefold()


def word_that_names(text: str) -> str:
    """The word for someone or for a record by which a text itself names one: ``User:Jane``, ``order-1047``."""
    folded = text.casefold()
    words = split_words(folded)
    if words[0] in PEOPLE and folded[len(words[0]) :].lstrip(": ") and folded[len(words[0])] == ":":
        return words[0]
    is_numbered = 2 <= len(words) <= 3 and words[-2] in _NUMBERED and words[-1].isdigit()
    return words[-2] if is_numbered and not _YEAR.fullmatch(words[-1]) else ""


def _context_after(context: PathContext, before: str, safe: str, named_by: str) -> PathContext:
    context = max(context, opened_by([named_by] if named_by else split_words(safe)))
    if safe == MASK:
        return PathContext.SECRET if context is PathContext.PERSON else context
    words = set(split_words(safe))
    if context is PathContext.PERSON:
        return PathContext.NONE if words <= PAGES and not words.isdisjoint(SECTIONS) else context
    leads_on = (words <= KNOWN and words.isdisjoint(SECTIONS)) or _is_part_of_list(before, safe)
    return context if leads_on or context is PathContext.SECRET else opened_by(split_words(safe))


def _is_page(context: PathContext, before: str, segment: str) -> bool:
    """Whether a segment is a page though it stands where someone or something of someone's may be named."""
    words = split_words(segment)
    if context is PathContext.NONE or not segment or KNOWN.issuperset(words):
        return True
    if _is_part_of_list(before, segment):
        return (
            context < PathContext.PERSON or not _YEAR.fullmatch(segment) or not RECORDS.isdisjoint(split_words(before))
        )
    if context >= PathContext.PERSON:
        return False
    has_digit = any(map(str.isdigit, segment))
    return not has_digit or (context is PathContext.RECORD and _is_title(words))


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
        len(word) > 3 and word.isalpha() and word not in KNOWN and reads_as_word(word) for word in words
    )
