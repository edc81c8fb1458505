"""A notice: one immutable version of what visitors are asked, named by its digest."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any, Literal
from zoneinfo import ZoneInfo

from consent_service.domain.dimensions import DECLARABLE, DEFAULT, DIMENSIONS

Detail = Literal["month", "day"]
Texts = Mapping[str, Mapping[str, str]]

LEAST_THRESHOLD, LARGEST_THRESHOLD = 5, 1_000
LONGEST_TEXT = 2_000
LONGEST_RETENTION = 120

TEXT_NAMES = ("notice", "details", "accept", "reject", "choice", "withdraw", "forget")
"""Every language of a notice needs each of these."""

DEFAULT_TEXTS: Texts = MappingProxyType(
    {
        "en": MappingProxyType(
            {
                "notice": "We use cookies to analyze website traffic and optimize your website experience. "
                "By accepting our use of cookies, your data will be aggregated with all other user data.",
                "details": "{controller} counts visits; nothing about you alone is kept. Your choice lasts "
                "up to six months; change it at any time under “Cookie choice”.",
                "accept": "Accept",
                "reject": "Reject",
                "choice": "Cookie choice",
                "withdraw": "Withdraw",
                "forget": "Forget everything",
            }
        )
    }
)
"""The shipped notice; ``{controller}`` becomes the controller's name."""

_EVENT = re.compile(r"[a-z0-9_-]{1,40}")
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)


class NoticeError(ValueError):
    """A notice or one of its terms cannot be used; the message says which and why."""


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
        known = {one.name for one in fields(self)}
        for name in changes:
            if name not in known:
                raise NoticeError(f"a notice has no {name!r}; it has texts, {', '.join(sorted(known))}")
        return replace(self, **{name: _hashable(value) for name, value in changes.items()})


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _check_terms(terms: Terms) -> None:
    _check(isinstance(terms.controller, str) and 0 < len(terms.controller) <= 200, "controller: a name is needed")
    _check(
        _is_whole(terms.threshold) and LEAST_THRESHOLD <= terms.threshold <= LARGEST_THRESHOLD,
        f"threshold: a whole number from {LEAST_THRESHOLD} to {LARGEST_THRESHOLD}, not {terms.threshold!r}",
    )
    _check(terms.detail in ("month", "day"), f"detail: month or day, not {terms.detail!r}")
    _check(terms.profile == "standard", f"profile: standard is the only one so far, not {terms.profile!r}")
    _check(
        _is_whole(terms.retention) and 1 <= terms.retention <= LONGEST_RETENTION,
        f"retention: months, from 1 to {LONGEST_RETENTION}, not {terms.retention!r}",
    )
    _check_zone(terms.timezone)
    _check_list(terms.dimensions, "dimensions")
    for name in terms.dimensions:
        _check(name in DECLARABLE, f"dimensions: {name!r} is not one of {', '.join(DECLARABLE)}")
    _check_list(terms.pages, "pages")
    for page in terms.pages:
        _check(page.startswith("/") and len(page) <= 200, f"pages: {page!r} is not a path that begins with /")
    _check(len(terms.pages) <= 2_000, "pages: 2,000 at most")
    _check_list(terms.events, "events")
    for name in terms.events:
        _check(_EVENT.fullmatch(name) is not None, f"events: {name!r} is not made of 1 to 40 of a-z, 0-9, _ and -")
    _check(len(terms.events) <= DIMENSIONS["event"].seats, f"events: {DIMENSIONS['event'].seats} at most")


def _check_zone(name: object) -> None:
    try:
        ZoneInfo(str(name))
    except (KeyError, ValueError, OSError):
        # ZoneInfoNotFoundError is a KeyError, an odd path a ValueError, a folder of zones an OSError.
        raise NoticeError(f"timezone: {name!r} is not known; write one like Europe/Amsterdam") from None


def _check_list(values: object, name: str) -> None:
    good = isinstance(values, tuple) and all(isinstance(value, str) for value in values)
    _check(good and len(set(values)) == len(values), f"{name}: a list of different texts")  # type: ignore[arg-type, call-overload]


def _is_whole(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool)


def _check(holds: bool, message: str) -> None:
    if not holds:
        raise NoticeError(message)


@dataclass(frozen=True)
class Notice:
    """Texts by language, and the terms."""

    terms: Terms
    texts: Texts = field(default_factory=lambda: DEFAULT_TEXTS)

    def __post_init__(self) -> None:
        _check_texts(self.texts)

    @property
    def document(self) -> dict[str, Any]:
        """What is stored and hashed: the terms, and the texts as they were written."""
        texts = {language: {name: words[name] for name in TEXT_NAMES} for language, words in self.texts.items()}
        terms = asdict(self.terms)
        if not self.terms.events:
            # Notices are older than events, and must keep the digest that their tokens name.
            del terms["events"]
        return {**terms, "texts": texts}

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

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form, its first 128 bits, as 32 hexadecimal digits."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()[:32]


def read_notice(document: Mapping[str, Any]) -> Notice:
    """The notice that a document (as `Notice.document` gives it) describes. Raises NoticeError."""
    terms = {name: _hashable(value) for name, value in document.items() if name != "texts"}
    return Notice(Terms(**terms), document["texts"])


def _check_texts(texts: object) -> None:
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
        where = f"texts.{language}.{name}"
        text = words.get(name)
        _check(isinstance(text, str) and bool(text.strip()), f"{where}: a text is needed")
        _check(len(str(text)) <= LONGEST_TEXT, f"{where}: {LONGEST_TEXT:,} characters at most")
        _check("<" not in str(text), f"{where}: plain text only, no HTML")
