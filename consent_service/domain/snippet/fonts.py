"""A list of font names that is safe to put into a style sheet: names alone, no addresses, nothing that ends a value."""

from __future__ import annotations

import re

LONGEST_LIST = 200

_QUOTED = re.compile(r"\A(['\"])(.*)\1\Z")
_NAME = re.compile(r"[a-z0-9_-]+(?: [a-z0-9_-]+)*", re.ASCII | re.IGNORECASE)
_IDENTIFIER = re.compile(r"-?[a-z_][a-z0-9_-]*", re.ASCII | re.IGNORECASE)
_KEYWORDS = frozenset({"default", "inherit", "initial", "revert", "revert-layer", "unset"})
"""No names of fonts: with one of these a browser would drop the whole declaration."""


def font_list(text: object) -> str | None:
    """The list as CSS takes it for ``font-family``; None if it is none."""
    if not isinstance(text, str) or len(text) > LONGEST_LIST:
        return None
    names = [_QUOTED.sub(r"\2", name.strip(" ")) for name in text.split(",")]
    if any(_NAME.fullmatch(name) is None or name.lower() in _KEYWORDS for name in names):
        return None
    return ",".join(map(_written, names))


def _written(name: str) -> str:
    """Quoted where CSS would not read it as a name: ``Source Sans 3``. Keywords as ``serif`` are none in quotes."""
    words = name.split(" ")
    is_plain = all(_IDENTIFIER.fullmatch(word) and word.lower() not in _KEYWORDS for word in words)
    return name if is_plain else f"'{name}'"
