"""What two notices differ in: terms by name, texts word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

from consent_service.domain.notice.notice import Notice, Terms

_WORDS = re.compile(r"\s+|[\u3040-\u30ff\u3400-\u9fff]|\w+|.", re.DOTALL)
"""Words, the spaces between them, and each sign alone; Chinese and Japanese are written without spaces."""

_SENTENCES = re.compile(r".*?(?:[.!?\u3002](?=\s|$)|$)\s*", re.DOTALL)

MOST_WORDS = 120
"""Words, spaces and signs; the shipped texts have some 80. Repeated ones take time with the cube of their number."""


class TextPiece(NamedTuple):
    """A run of words: in both texts, only in the older one, or only in the newer."""

    sort: Literal["same", "gone", "new"]
    text: str


class ChangedTerm(NamedTuple):
    name: str
    old: Any
    new: Any


class ChangedText(NamedTuple):
    language: str
    name: str
    pieces: list[TextPiece]


@dataclass(frozen=True)
class Differences:
    """From an older notice to a newer one."""

    terms: list[ChangedTerm]
    texts: list[ChangedText]
    languages: tuple[list[str], list[str]] | None
    """the languages of both, the default one first, if they differ"""

    @property
    def is_same(self) -> bool:
        return not self.terms and not self.texts and self.languages is None


def compare(old: Notice, new: Notice) -> Differences:
    languages = list(old.texts), list(new.texts)
    return Differences(
        terms=changed_terms(old.terms, new.terms),
        texts=list(_changed_texts(old, new)),
        languages=languages if languages[0] != languages[1] else None,
    )


def changed_terms(old: Terms, new: Terms) -> list[ChangedTerm]:
    before, after = asdict(old), asdict(new)
    return [ChangedTerm(name, before[name], after[name]) for name in before if before[name] != after[name]]


def _changed_texts(old: Notice, new: Notice) -> Iterator[ChangedText]:
    for language in dict.fromkeys([*old.texts, *new.texts]):
        before, after = old.texts.get(language, {}), new.texts.get(language, {})
        for name in dict.fromkeys([*before, *after]):
            if before.get(name, "") != after.get(name, ""):
                yield ChangedText(language, name, pieces(before.get(name, ""), after.get(name, "")))


def pieces(old: str, new: str) -> list[TextPiece]:
    """The texts laid over each other, word by word; what is gone stands before what came in its place.

    Of long ones sentence by sentence, and of those with very many sentences as a whole.
    """
    before, after = _parts(old, new)
    laid_over: list[TextPiece] = []
    for what, start, end, start_after, end_after in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            laid_over.append(TextPiece("same", "".join(before[start:end])))
        else:
            parts = (
                TextPiece("gone", "".join(before[start:end])),
                TextPiece("new", "".join(after[start_after:end_after])),
            )
            laid_over += [part for part in parts if part.text]
    return laid_over


def _parts(old: str, new: str) -> tuple[list[str], list[str]]:
    """What is compared: of two texts as many parts as can be laid over each other at once."""
    for pattern in (_WORDS, _SENTENCES):
        before, after = ([part for part in pattern.findall(text) if part] for text in (old, new))
        if max(len(before), len(after)) <= MOST_WORDS:
            return before, after
    return [old], [new]
