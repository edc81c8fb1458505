"""The words of a notice: the shipped ones, and an owner's own, which go before them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import resources
from types import MappingProxyType
from typing import Any

from consent_service.domain.notice.languages import canonical_tag
from consent_service.domain.notice.texts import (
    LABEL,
    TEXT_NAMES,
    Texts,
    check,
    check_list,
    check_purposes,
    names_of,
    purposes_of,
)


def _read() -> Texts:
    texts = json.loads(resources.files(__package__).joinpath("wording.json").read_text(encoding="utf-8"))
    return MappingProxyType({language: MappingProxyType(words) for language, words in texts.items()})


SHIPPED = _read()
"""With the labels of some common purposes. ``{controller}`` becomes the controller's name, ``{host}`` that of what
waits."""

DEFAULT_TEXTS: Texts = MappingProxyType({"en": {name: SHIPPED["en"][name] for name in TEXT_NAMES}})


def texts_in(languages: Sequence[str], purposes: Sequence[str] = ()) -> Texts:
    """The shipped notice in some languages, the default one first. Raises NoticeError."""
    return changed({}, {}, languages, purposes)


def languages_of(names: Sequence[str]) -> list[str]:
    """The languages that are named, in canonical form, with those that ``all`` stands for in its place."""
    languages: dict[str, None] = {}
    for name in names:
        languages |= dict.fromkeys(SHIPPED if name == "all" else [canonical_tag(name)])
    return list(languages)


def changed(present: Texts, own: Any = None, languages: Any = None, purposes: Any = None) -> Texts:
    """The texts of a notice that is published after another. Raises NoticeError.

    Texts or languages that are given take the place of all there were, with shipped ones where the owner has none, and
    purposes of those there were. Where none are given the present purposes stay, with what was written for them. The
    first language is the default. Languages may be spelled in any way that `canonical_tag` knows.
    """
    if own is None and languages is None and purposes is None:
        return present
    check(own is None or isinstance(own, Mapping), 'an object is needed, such as {"en": {"accept": ...}}', "texts")
    own, languages = _with_canonical_tags(own), _canonical_tags(languages)
    named = list(dict.fromkeys([*purposes_of(present), *purposes_of(own or {})])) if purposes is None else purposes
    check_purposes(named)
    before = {
        language: {name: words[name] for name in names_of(named) if name in words}
        for language, words in present.items()
    }
    if own is None:
        own = before if languages is None else {}
    for name in purposes_of(own):
        check(name in named, f"{LABEL}{name} is a label, but {name!r} is not among the purposes", "texts")
    wanted = list(own) if languages is None else languages
    _check_languages(wanted, own)
    return {
        language: _laid_over(_shipped(language, named), before.get(language, {}), own.get(language, {}))
        for language in wanted
    }


def _with_canonical_tags(own: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if own is None:
        return None
    _check_spellings(list(own), "texts")
    return {canonical_tag(tag): words for tag, words in own.items()}


def _canonical_tags(languages: Any) -> Any:
    if not isinstance(languages, list | tuple) or not all(isinstance(tag, str) for tag in languages):
        return languages  # `check_list` says that it is none
    _check_spellings(languages, "languages")
    return [canonical_tag(tag) for tag in languages]


def _check_spellings(tags: Sequence[str], field: str) -> None:
    """Of one spelling that stands there twice `check_list` tells."""
    spellings: dict[str, str] = {}
    for tag in tags:
        other = spellings.setdefault(canonical_tag(tag), tag)
        check(other == tag, f"{other!r} and {tag!r} are one language", field)


def _laid_over(shipped: Mapping[str, str], before: Mapping[str, str], own: Any) -> Any:
    if not isinstance(own, Mapping):
        return own  # `check_texts` says that it is none
    return {**shipped, **{name: text for name, text in before.items() if name not in TEXT_NAMES}, **own}


def _shipped(language: str, purposes: Sequence[str]) -> dict[str, str]:
    """Where nothing is shipped an empty text stands for what the owner has to write."""
    words = SHIPPED.get(language, {})
    return {name: words.get(name, "") for name in names_of(purposes) if name in words or name.startswith(LABEL)}


def _check_languages(wanted: Any, own: Mapping[str, Any]) -> None:
    check_list(wanted, "a list of different languages, such as en", "languages")
    for language in wanted:
        check(
            language in SHIPPED or language in own,
            f"{language!r} is not shipped; write its texts, or take some of {', '.join(SHIPPED)}",
            "languages",
        )
    for language in own:
        check(language in wanted, f"{language!r} is not among the languages", "texts")
