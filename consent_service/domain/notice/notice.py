"""A notice: one immutable version of what visitors are asked, named by its digest."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cached_property
from typing import Any, Literal
from zoneinfo import ZoneInfo

from consent_service.domain.counting.dimensions import DECLARABLE, DEFAULT, DIMENSIONS, MISSING, RENAMED
from consent_service.domain.notice.texts import (
    LABEL,
    NoticeError,
    Texts,
    check,
    check_list,
    check_texts,
    names_of,
    purposes_of,
)
from consent_service.domain.notice.wording import DEFAULT_TEXTS

Detail = Literal["month", "day"]

LEAST_THRESHOLD, LARGEST_THRESHOLD = 5, 1_000
LONGEST_RETENTION = 120

_EVENT = re.compile(r"[a-z0-9_-]{1,40}")


@dataclass(frozen=True)
class Terms:
    """What the visitor agrees to beside the words. Changed terms wait for the next month."""

    controller: str
    timezone: str = "UTC"
    threshold: int = 10
    detail: Detail = "month"
    dimensions: tuple[str, ...] = DEFAULT
    pages: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    """What may be counted in the dimension ``event``."""
    profile: Literal["standard"] = "standard"
    retention: int = 25
    """Months for which days are kept."""

    def __post_init__(self) -> None:
        _check_terms(self)

    def amended(self, changes: Mapping[str, Any]) -> Terms:
        """These terms with some changed. Raises NoticeError for a name or value that cannot be."""
        known = {term.name for term in fields(self)}
        for name in changes:
            if name not in known:
                raise NoticeError(f"a notice has no {name!r}; it has texts, {', '.join(sorted(known))}")
        return replace(self, **{name: _hashable(value) for name, value in changes.items()})


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _check_terms(terms: Terms) -> None:
    check(isinstance(terms.controller, str) and 0 < len(terms.controller) <= 200, "a name is needed", "controller")
    check(
        _is_whole(terms.threshold) and LEAST_THRESHOLD <= terms.threshold <= LARGEST_THRESHOLD,
        f"a whole number from {LEAST_THRESHOLD} to {LARGEST_THRESHOLD}, not {terms.threshold!r}",
        "threshold",
    )
    check(terms.detail in ("month", "day"), f"month or day, not {terms.detail!r}", "detail")
    check(terms.profile == "standard", f"standard is the only one so far, not {terms.profile!r}", "profile")
    check(
        _is_whole(terms.retention) and 1 <= terms.retention <= LONGEST_RETENTION,
        f"months, from 1 to {LONGEST_RETENTION}, not {terms.retention!r}",
        "retention",
    )
    _check_zone(terms.timezone)
    check_list(terms.dimensions, "a list of different texts", "dimensions")
    for name in terms.dimensions:
        check(name not in RENAMED, f"{name!r} is now part of {RENAMED.get(name)!r}: declare that instead", "dimensions")
        check(name in DECLARABLE, f"{name!r} is not one of {', '.join(DECLARABLE)}", "dimensions")
        within = DIMENSIONS[name].within if name in DIMENSIONS else ""
        check(not within or within in terms.dimensions, f"{name!r} needs {within!r} beside it", "dimensions")
    check(
        MISSING not in terms.dimensions or "page" in terms.dimensions, "'missing' needs 'page' beside it", "dimensions"
    )
    check_list(terms.pages, "a list of different texts", "pages")
    for page in terms.pages:
        check(page.startswith("/") and len(page) <= 200, f"{page!r} is not a path that begins with /", "pages")
    check(len(terms.pages) <= 2_000, "2,000 at most", "pages")
    check_list(terms.events, "a list of different texts", "events")
    for name in terms.events:
        check(_EVENT.fullmatch(name) is not None, f"{name!r} is not made of 1 to 40 of a-z, 0-9, _ and -", "events")
    check(len(terms.events) <= DIMENSIONS["event"].seats, f"{DIMENSIONS['event'].seats} at most", "events")


NOT_OF_BROWSERS = ("posix/", "right/", "posixrules", "localtime", "Factory")
"""Names of zones, or their beginnings, that a machine may have and no browser knows."""


def _check_zone(name: object) -> None:
    try:
        # A name with a slash in front is an odd path too.
        ZoneInfo(f"/{name}" if str(name).startswith(NOT_OF_BROWSERS) else str(name))
    except (KeyError, ValueError, OSError):
        # ZoneInfoNotFoundError is a KeyError, an odd path a ValueError, a folder of zones an OSError.
        raise NoticeError(f"{name!r} is not known; write one like Europe/Amsterdam", "timezone") from None


def _is_whole(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool)


@dataclass(frozen=True)
class Notice:
    """Texts by language, the default one first, and the terms."""

    terms: Terms
    texts: Texts = field(default_factory=lambda: DEFAULT_TEXTS)

    def __post_init__(self) -> None:
        check_texts(self.texts)

    @property
    def document(self) -> dict[str, Any]:
        """What is stored and hashed: the terms, and the texts as they were written."""
        names = names_of(self.purposes)
        texts = {tag: {name: words[name] for name in names} for tag, words in self.texts.items()}
        return {**asdict(self.terms), "texts": texts}

    @property
    def purposes(self) -> list[str]:
        """What it asks for beside counting."""
        return purposes_of(self.texts)

    def labels(self, language: str) -> list[str]:
        """What its purposes are called."""
        return [self.texts[language][LABEL + name] for name in self.purposes]

    def shown_texts(self) -> dict[str, dict[str, str]]:
        """The texts as visitors see them, the controller's name in its place."""
        name = self.terms.controller
        return {
            language: {key: text.replace("{controller}", name) for key, text in words.items()}
            for language, words in self.texts.items()
        }

    def canonical(self) -> str:
        """The document as JSON, in one order: the languages as their owner put them, for the first is the default."""
        return json.dumps(self.document, separators=(",", ":"), ensure_ascii=False)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical form, its first 128 bits, as 32 hexadecimal digits."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()[:32]


def read_notice(document: Mapping[str, Any]) -> Notice:
    """The notice that a document (as `Notice.document` gives it) describes. Raises NoticeError."""
    terms = {name: _hashable(value) for name, value in document.items() if name != "texts"}
    return Notice(Terms(**terms), document["texts"])
