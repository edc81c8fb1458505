"""The words of a notice: the shipped ones in thirty languages, and an owner's own, which go before them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from importlib import resources
from types import MappingProxyType
from typing import Any

Texts = Mapping[str, Mapping[str, str]]
"""by language and name"""

LONGEST_TEXT = 2_000

TEXT_NAMES = ("notice", "details", "accept", "reject", "choice", "withdraw", "forget", "receipt")
"""Every language of a notice needs each of these, but for the last, which older notices do not have."""

_OPTIONAL = "receipt"

_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)


class NoticeError(ValueError):
    """A notice or one of its terms cannot be used; the message says which and why."""


def _read() -> Texts:
    found = json.loads(resources.files(__package__).joinpath("wording.json").read_text(encoding="utf-8"))
    return MappingProxyType(
        {language: MappingProxyType({name: words[name] for name in TEXT_NAMES}) for language, words in found.items()}
    )


SHIPPED = _read()
"""``{controller}`` becomes the controller's name."""

DEFAULT_TEXTS: Texts = MappingProxyType({"en": SHIPPED["en"]})


def texts_in(languages: Sequence[str]) -> Texts:
    """The shipped notice in some languages, the default one first. Raises NoticeError."""
    return completed({}, languages) or DEFAULT_TEXTS


def languages_of(names: Sequence[str]) -> list[str]:
    """The languages that are named, with those that ``all`` stands for in its place."""
    found: dict[str, None] = {}
    for name in names:
        found |= dict.fromkeys(SHIPPED if name == "all" else [name])
    return list(found)


def completed(own: Any, languages: Any = None) -> Texts | None:
    """An owner's texts, in these languages or in those that they are in, with shipped ones where they have none.

    None if neither is given. The first language is the default. Raises NoticeError.
    """
    if languages is None and own is None:
        return None
    own = {} if own is None else own
    _check(isinstance(own, Mapping), 'texts: an object is needed, such as {"en": {"accept": ...}}')
    wanted = list(own) if languages is None else languages
    _check_languages(wanted, own)
    return {language: _completed(own.get(language, {}), SHIPPED.get(language, {})) for language in wanted}


def _check_languages(wanted: Any, own: Mapping[str, Any]) -> None:
    good = isinstance(wanted, Sequence) and not isinstance(wanted, str) and all(isinstance(one, str) for one in wanted)
    _check(good and len(set(wanted)) == len(wanted), "languages: a list of different languages, such as en")
    for language in wanted:
        _check(
            language in SHIPPED or language in own,
            f"languages: {language!r} is not shipped; write its texts, or take some of {', '.join(SHIPPED)}",
        )
    for language in own:
        _check(language in wanted, f"texts: {language!r} is not among the languages")


def _completed(own: Any, shipped: Mapping[str, str]) -> Any:
    return {**shipped, **own} if isinstance(own, Mapping) else own  # what is none, `check_texts` says


def check_texts(texts: object) -> None:
    """Raises NoticeError."""
    _check(isinstance(texts, Mapping) and bool(texts), "texts: at least one language is needed, such as en")
    for language, words in texts.items():  # type: ignore[attr-defined]
        _check(
            isinstance(language, str) and _LANGUAGE.fullmatch(language) is not None,
            f"texts: {language!r} is not a language such as en or pt (its primary subtag alone)",
        )
        _check(isinstance(words, Mapping), f"texts.{language}: must hold {', '.join(TEXT_NAMES)}")
        _check_words(language, words)


def _check_words(language: str, words: Mapping[str, object]) -> None:
    for name in words:
        _check(name in TEXT_NAMES, f"texts.{language}: {name!r} is not one of {', '.join(TEXT_NAMES)}")
    for name in TEXT_NAMES:
        if name == _OPTIONAL and name not in words:
            continue
        where = f"texts.{language}.{name}"
        text = words.get(name)
        _check(isinstance(text, str) and bool(text.strip()), f"{where}: a text is needed")
        _check(len(str(text)) <= LONGEST_TEXT, f"{where}: {LONGEST_TEXT:,} characters at most")
        _check("<" not in str(text), f"{where}: plain text only, no HTML")


def _check(holds: bool, message: str) -> None:
    if not holds:
        raise NoticeError(message)
