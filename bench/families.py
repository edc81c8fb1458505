"""List the families that the patterns of the ua-parser project can name: ``make families``.

A header can name anything, a person too. So only families are counted that stand in the patterns as they are: a
pattern that takes its family from the header ("any word before Bot") gives none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from ua_parser.loaders import load_lazy_builtins

LIST = Path(__file__).parents[1] / "consent_service/collect/families.txt"

MOST = 500
"""Spellings of one pattern's family; beyond them it takes what it finds."""


class TooMany(Exception):
    """The part of a pattern matches more than a few texts."""


def families_of(matchers: Iterable[Any]) -> set[str]:
    """The families that are the same whatever a header holds."""
    return {family for matcher in matchers for family in _families(matcher) if family not in ("", "Other")}


def _families(matcher: Any) -> Iterator[str]:
    """Of one matcher: its family is a text, in which ``$1`` stands for the first group of its pattern."""
    if "$" not in matcher.family:
        yield matcher.family
        return
    try:
        spellings = _spellings(_group(parser.parse(matcher.pattern.pattern), 1))
    except TooMany:
        return
    yield from (matcher.family.replace("$1", spelling) for spelling in spellings)


def _spellings(parts: Iterable[tuple[Any, Any]]) -> set[str]:
    """All texts that a part of a pattern matches. Raises TooMany."""
    texts = {""}
    for code, argument in parts:
        texts = {text + more for text in texts for more in _choices(code, argument)}
        if len(texts) > MOST:
            raise TooMany
    return texts


def _choices(code: Any, argument: Any) -> set[str]:
    if code is codes.LITERAL:
        return {chr(argument)}
    if code is codes.AT:  # a border, which has no width
        return {""}
    if code is codes.SUBPATTERN:
        return _spellings(argument[3])
    if code is codes.BRANCH:
        return set().union(*map(_spellings, argument[1]))
    if code is codes.IN and all(kind is codes.LITERAL for kind, _ in argument):
        return {chr(character) for _, character in argument}
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT) and argument[1] == 1:
        return ({""} if argument[0] == 0 else set()) | _spellings(argument[2])
    raise TooMany


def _group(parts: Iterable[tuple[Any, Any]], number: int) -> Any:
    """A group of a pattern, by its number; nothing if it is not there."""
    for code, argument in parts:
        if code is codes.SUBPATTERN:
            if argument[0] == number:
                return argument[3]
            inner = [argument[3]]
        elif code is codes.BRANCH:
            inner = argument[1]
        else:
            inner = [argument[2]] if code in (codes.MAX_REPEAT, codes.MIN_REPEAT) else []
        for part in inner:
            found = _group(part, number)
            if found is not None:
                return found
    return None


def listed() -> str:
    """The text of the list: browsers, an empty line, systems."""
    browsers, systems, _ = load_lazy_builtins()
    return "\n\n".join("\n".join(sorted(families_of(matchers))) for matchers in (browsers, systems)) + "\n"


if __name__ == "__main__":
    LIST.write_text(listed(), encoding="utf-8")
