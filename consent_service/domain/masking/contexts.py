"""What the words before a segment say of it: the context in which it stands, and what is masked there."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from consent_service.domain.masking.vocabulary import HINTS, KNOWN, PEOPLE, RECORDS, SECRETS


class PathContext(IntEnum):
    """A stricter context stays in force while a laxer one is opened within it."""

    NONE = 0
    RECORD = 1
    HINT = 2
    PERSON = 3
    SECRET = 4


class Rule(NamedTuple):
    """One row of the table that docs/data-model.md shows; the tests hold the code to the example."""

    opened_by: str
    masks: str
    until: str
    path: str
    counted: str
    reason: str


RULES: dict[PathContext, Rule] = {
    PathContext.NONE: Rule(
        "the beginning of a path",
        "what looks like an address, an id, a token or a long number",
        "a word of another row",
        "/mail/jane@example.org/sent",
        "/mail/:id/sent",
        "Such texts name one person or one message wherever they stand.",
    ),
    PathContext.RECORD: Rule(
        "`order`, `invoice`, `ticket` …",
        "what has a digit, but for years, months, numbers of pages and titles",
        "a word of no list",
        "/orders/1047/covid-19",
        "/orders/:id/covid-19",
        "A number of an order, however short, is one customer's; a title with a digit in it is an article's.",
    ),
    PathContext.HINT: Rule(
        "`session`, `token`, `magic`",
        "what has a digit, but for years, months and numbers of pages",
        "a word of no list",
        "/sessions/a7/keynote",
        "/sessions/:id/keynote",
        "Some sites have sessions that are talks, and colours that are tokens; those have no digits.",
    ),
    PathContext.PERSON: Rule(
        "`user`, `u`, `profile`, `account`, `member` …",
        "everything but the words of which pages are made there, such as `settings`",
        "a section of articles, such as `news`, while nobody was named; after a name, never",
        "/users/jane/settings",
        "/users/:id/settings",
        "A name is a word like any other, so that only its place tells it.",
    ),
    PathContext.SECRET: Rule(
        "`reset`, `invite`, `verify` …, two words as `session-token`, or a person who was named",
        "everything but the words of which pages are made there",
        "the end of the path",
        "/reset/swordfish/news/today",
        "/reset/:id/news/:id",
        "One person alone knows a secret; what follows somebody's name is that person's too.",
    ),
}


def opened_by(words: Sequence[str]) -> PathContext:
    """Give the context that a segment of these words opens; `PathContext.NONE` for more than two words: a title."""
    if len(words) > 2:
        return PathContext.NONE
    if not SECRETS.isdisjoint(words) and KNOWN.issuperset(words):
        return PathContext.SECRET
    if words[-1] in PEOPLE:
        return PathContext.PERSON
    if not HINTS.isdisjoint(words) and KNOWN.issuperset(words):
        return PathContext.HINT if len(words) == 1 else PathContext.SECRET
    return PathContext.NONE if RECORDS.isdisjoint(words) else PathContext.RECORD
