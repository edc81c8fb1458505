"""The words of a notice: the shipped ones in thirty languages, and an owner's own, which go before them.

A notice asks for counting, and for whatever *purposes* its owner has beside it: videos, maps, a chat. A purpose is
named by its label, the text ``purpose:NAME`` in each of the notice's languages. Its choice stays in the browser.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from itertools import chain
from types import MappingProxyType
from typing import Any

Texts = Mapping[str, Mapping[str, str]]
"""by language and name"""

LONGEST_TEXT = 2_000

TEXT_NAMES = ("notice", "details", "accept", "reject", "choice", "withdraw", "forget", "receipt")
"""Every language of a notice needs each of these, but for the last, which older notices do not have."""

LAYER_NAMES = ("choose", "save", "counting", "waiting", "once", "always")
"""Needed as well where there are purposes: by the second layer, and by what stands in the place of what waits."""

LABEL = "purpose:"
"""Before the name of a purpose it makes the name of its label."""

MOST_PURPOSES = 12

_OPTIONAL = "receipt"

_PURPOSE = re.compile(r"[a-z][a-z0-9-]{0,29}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)


class NoticeError(ValueError):
    """A notice or one of its terms cannot be used; the message says which and why."""


def _read(name: str) -> Texts:
    found = json.loads(resources.files(__package__).joinpath(name).read_text(encoding="utf-8"))
    return MappingProxyType({language: MappingProxyType(words) for language, words in found.items()})


SHIPPED = _read("wording.json")
"""``{controller}`` becomes the controller's name."""

SHIPPED_LAYER = _read("purposes.json")
"""What purposes need beside it, with the labels of some common ones. ``{host}`` becomes that of what waits."""

DEFAULT_TEXTS: Texts = MappingProxyType({"en": SHIPPED["en"]})


def texts_in(languages: Sequence[str], purposes: Sequence[str] = ()) -> Texts:
    """The shipped notice in some languages, the default one first. Raises NoticeError."""
    return completed({}, languages, purposes) or DEFAULT_TEXTS


def languages_of(names: Sequence[str]) -> list[str]:
    """The languages that are named, with those that ``all`` stands for in its place."""
    found: dict[str, None] = {}
    for name in names:
        found |= dict.fromkeys(SHIPPED if name == "all" else [name])
    return list(found)


def purposes_of(words: Iterable[str]) -> list[str]:
    """The purposes that have a label among these names of texts."""
    return [name.removeprefix(LABEL) for name in words if name.startswith(LABEL)]


def without_purposes(texts: Texts) -> Texts:
    """These texts as they would be if there were no purposes."""
    return {
        language: {name: text for name, text in words.items() if name in TEXT_NAMES}
        for language, words in texts.items()
    }


def completed(own: Any, languages: Any = None, purposes: Any = None) -> Texts | None:
    """An owner's texts, in these languages or in those that they are in, with shipped ones where they have none.

    Purposes are those that are named, or else those that the owner's texts have labels for. None if neither texts nor
    languages are given. The first language is the default. Raises NoticeError.
    """
    if languages is None and own is None:
        return None
    own = {} if own is None else own
    _check(isinstance(own, Mapping), 'texts: an object is needed, such as {"en": {"accept": ...}}')
    wanted = list(own) if languages is None else languages
    _check_languages(wanted, own)
    named = _labelled(own) if purposes is None else purposes
    _check_purposes(named, own)
    return {language: _completed(own.get(language, {}), _shipped(language, named)) for language in wanted}


def _labelled(own: Mapping[str, Any]) -> list[str]:
    named = (purposes_of(words) for words in own.values() if isinstance(words, Mapping))
    return list(dict.fromkeys(chain.from_iterable(named)))


def _shipped(language: str, purposes: Sequence[str]) -> dict[str, str | None]:
    """None stands for what the owner has to write."""
    layer = SHIPPED_LAYER.get(language, {})
    wanted = names_of(purposes)[len(TEXT_NAMES) :]
    return {**SHIPPED.get(language, {}), **{name: layer.get(name) for name in wanted}}


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


def _check_purposes(wanted: Any, own: Mapping[str, Any]) -> None:
    good = isinstance(wanted, Sequence) and not isinstance(wanted, str) and all(isinstance(one, str) for one in wanted)
    _check(good and len(set(wanted)) == len(wanted), "purposes: a list of different names, such as video")
    _check_purpose_names(wanted)
    for name in _labelled(own):
        _check(name in wanted, f"texts: {LABEL}{name} is a label, but {name!r} is not among the purposes")


def _check_purpose_names(names: Sequence[str]) -> None:
    _check(len(names) <= MOST_PURPOSES, f"purposes: {MOST_PURPOSES} at most")
    for name in names:
        good = _PURPOSE.fullmatch(name) is not None and name not in LAYER_NAMES
        _check(good, f"purposes: {name!r} is not a name such as video, of a-z, 0-9 and -, that begins with a letter")


def _completed(own: Any, shipped: Mapping[str, str | None]) -> Any:
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
    purposes = _labelled(texts)  # type: ignore[arg-type]
    _check_purpose_names(purposes)
    for language, words in texts.items():  # type: ignore[attr-defined]
        _check_words(language, words, names_of(purposes))


def names_of(purposes: Iterable[str]) -> tuple[str, ...]:
    """The names of all texts of a notice with these purposes, in the order in which they are stored."""
    labels = tuple(LABEL + name for name in purposes)
    return (*TEXT_NAMES, *(LAYER_NAMES if labels else ()), *labels)


def _check_words(language: str, words: Mapping[str, object], names: Sequence[str]) -> None:
    for name in words:
        _check(name in names, f"texts.{language}: {name!r} is not one of {', '.join(names)}")
    for name in names:
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
