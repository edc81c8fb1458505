"""English names of languages and countries, and how a date is written."""

from __future__ import annotations

from datetime import date

from consent_service.domain.figures.labels import COUNTRIES, LANGUAGES

__all__ = ["COUNTRIES", "LANGUAGES", "day", "language"]

_SUBTAGS = {
    "419": "Latin America",
    "Arab": "Arabic",
    "Cyrl": "Cyrillic",
    "GB": "Britain",
    "Hans": "simplified",
    "Hant": "traditional",
    "Latn": "Latin",
}
"""What stands in brackets after a language, where it is no country's name or would have brackets of its own."""


def day(date_: date) -> str:
    """``22 November 2026``"""
    return f"{date_.day} {date_:%B %Y}"


def language(tag: str) -> str:
    """``German``, ``Portuguese (Brazil)``, ``Chinese (traditional)``; the tag itself where no name is known."""
    primary, *subtags = tag.split("-")
    if primary not in LANGUAGES:
        return tag
    names = [_SUBTAGS.get(subtag) or COUNTRIES.get(subtag, subtag) for subtag in subtags]
    return f"{LANGUAGES[primary]} ({', '.join(names)})" if names else LANGUAGES[primary]
