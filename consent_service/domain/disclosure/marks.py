"""Marks: what a number alone does not say, per count of a row.

A count without a mark is exact. The text of a row's marks is in the order of the columns, separated by spaces, such as
``visits>= visitors>= visitors+``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from consent_service.domain.counting.dimensions import MEASURES

LEAST, SUM, HIDDEN = ">=", "+", "?"
"""At least the number; visitors of several periods added up, in which a person may count twice; no number."""

Mark: TypeAlias = Literal[">=", "+", "?"]

Marks: TypeAlias = Mapping[str, frozenset[str]]
"""By measure; measures without a mark are left out."""

_ORDER = (LEAST, SUM, HIDDEN)


class BadMarks(ValueError):
    """A text is not one that `written` gives; the message names it."""


def written(marks: Mapping[str, Iterable[str]]) -> str:
    """The marks as one text: the same marks always give the same text."""
    return " ".join(
        f"{measure}{mark}" for measure in MEASURES for mark in _ORDER if mark in set(marks.get(measure, ()))
    )


def least(*measures: str) -> str:
    """The text that marks these measures as lower bounds."""
    return written(dict.fromkeys(measures, (LEAST,)))


def read(text: str) -> dict[str, frozenset[str]]:
    """The marks by measure. Raises BadMarks for an unknown mark, another order, or a hidden count that is bounded."""
    by_measure: dict[str, set[str]] = {}
    for word in text.split(" ") if text else []:
        measure = word.rstrip("".join(_ORDER))
        mark = word.removeprefix(measure)
        if measure not in MEASURES or mark not in _ORDER:
            raise BadMarks(f"{word!r} is no mark: write a column and one of {', '.join(_ORDER)}, such as visits>=")
        by_measure.setdefault(measure, set()).add(mark)
    marks = {measure: frozenset(some) for measure, some in by_measure.items()}
    if written(marks) != text:
        raise BadMarks(f"{text!r} is not in the order of the columns")
    for measure, some in marks.items():
        if HIDDEN in some and len(some) > 1:
            raise BadMarks(f"{measure} cannot be hidden and bounded at once: {text!r}")
        if SUM in some and measure != "visitors":
            raise BadMarks(f"only visitors are marked as added up: {text!r}")
    return marks
