"""What the texts of a notice may be.

A notice asks for counting, and for whatever *purposes* its owner has beside it: videos, maps, a chat. A purpose is
named by its label, the text ``purpose:NAME`` in each of the notice's languages. Its choice stays in the browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, TypeAlias

from consent_service.domain.errors import DocumentError
from consent_service.domain.notice.languages import is_language

Texts: TypeAlias = Mapping[str, Mapping[str, str]]
"""by language and name"""

LONGEST_TEXT = 2_000

TEXT_NAMES = ("notice", "details", "accept", "reject", "choice", "withdraw", "forget", "privacy", "receipt")
"""Every language of a notice needs each of these."""

LAYER_NAMES = ("choose", "save", "counting", "waiting", "once", "always")
"""Needed as well where there are purposes: by the second layer, and by what stands in the place of what waits."""

LABEL = "purpose:"
"""Before the name of a purpose it makes the name of its label."""

MOST_LANGUAGES = 50
"""The shipped ones, and room for an owner's own."""

MOST_PURPOSES = 12

_PURPOSE = re.compile(r"[a-z][a-z0-9-]{0,29}", re.ASCII)


class NoticeError(DocumentError):
    """A notice or one of its terms cannot be used; the message says which and why."""


def check(holds: bool, message: str, field: str) -> None:
    """Raise NoticeError, with the field that is wrong, unless it holds."""
    if not holds:
        raise NoticeError(message, field)


def check_list(values: object, message: str, field: str) -> None:
    """Raise NoticeError unless it is a list of different texts."""
    good = (
        isinstance(values, Sequence) and not isinstance(values, str) and all(isinstance(value, str) for value in values)
    )
    check(good and len(set(values)) == len(values), message, field)  # type: ignore[call-overload, arg-type]


def names_of(purposes: Iterable[str]) -> tuple[str, ...]:
    """The names of all texts of a notice with these purposes, in the order in which they are stored."""
    labels = tuple(LABEL + name for name in purposes)
    return (*TEXT_NAMES, *(LAYER_NAMES if labels else ()), *labels)


def purposes_of(texts: Mapping[str, Any]) -> list[str]:
    """The purposes that texts have a label for in any language."""
    names = chain.from_iterable(words for words in texts.values() if isinstance(words, Mapping))
    return list(dict.fromkeys(name.removeprefix(LABEL) for name in names if name.startswith(LABEL)))


def check_texts(texts: object) -> None:
    """Raises NoticeError."""
    check(isinstance(texts, Mapping) and bool(texts), "at least one language is needed, such as en", "texts")
    check(len(texts) <= MOST_LANGUAGES, f"{MOST_LANGUAGES} languages at most", "texts")  # type: ignore[arg-type]
    for language, words in texts.items():  # type: ignore[attr-defined]
        check(
            isinstance(language, str) and is_language(language),
            f"{language!r} is not a language such as en, pt-BR or zh-Hant",
            "texts",
        )
        check(isinstance(words, Mapping), f"must hold {', '.join(TEXT_NAMES)}", f"texts.{language}")
    purposes = purposes_of(texts)  # type: ignore[arg-type]
    check_purposes(purposes)
    for language, words in texts.items():  # type: ignore[attr-defined]
        _check_words(language, words, names_of(purposes))


def check_purposes(names: Sequence[str]) -> None:
    """Raises NoticeError."""
    check_list(names, "a list of different names, such as video", "purposes")
    check(len(names) <= MOST_PURPOSES, f"{MOST_PURPOSES} at most", "purposes")
    for name in names:
        check(
            _PURPOSE.fullmatch(name) is not None,
            f"{name!r} is not a name such as video, of a-z, 0-9 and -, that begins with a letter",
            "purposes",
        )


def _check_words(language: str, words: Mapping[str, object], names: Sequence[str]) -> None:
    for name in words:
        check(name in names, f"{name!r} is not one of {', '.join(names)}", f"texts.{language}")
    for name in names:
        check_text(f"texts.{language}.{name}", words.get(name))


def check_text(where: str, text: object) -> None:
    """Raises NoticeError, which says ``where`` the text stands."""
    check(isinstance(text, str) and bool(text.strip()), "a text is needed", where)
    check(len(str(text)) <= LONGEST_TEXT, f"{LONGEST_TEXT:,} characters at most", where)
    check("<" not in str(text), "plain text only, no HTML", where)
