"""English names of languages and countries, and how a date is written."""

from __future__ import annotations

from datetime import date

from consent_service.domain.figures.labels import COUNTRIES, LANGUAGES

__all__ = ["COUNTRIES", "LANGUAGES", "OWN_NAMES", "day", "language", "own_name"]

OWN_NAMES = {
    "ar": "العربية",
    "bg": "Български",
    "cs": "Čeština",
    "da": "Dansk",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "en": "English",
    "es": "Español",
    "et": "Eesti",
    "fi": "Suomi",
    "fr": "Français",
    "ga": "Gaeilge",
    "he": "עברית",
    "hr": "Hrvatski",
    "hu": "Magyar",
    "it": "Italiano",
    "ja": "日本語",
    "lt": "Lietuvių",
    "lv": "Latviešu",
    "mt": "Malti",
    "nb": "Norsk bokmål",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt": "Português",
    "pt-BR": "Português (Brasil)",
    "ro": "Română",
    "sk": "Slovenčina",
    "sl": "Slovenščina",
    "sv": "Svenska",
    "tr": "Türkçe",
    "uk": "Українська",
    "zh": "简体中文",
    "zh-Hant": "繁體中文",
}
"""Of the languages in which the notice is shipped, as their speakers call them (Unicode CLDR)."""

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


def own_name(tag: str) -> str:
    """A language as its speakers call it; its English name where that is not known."""
    return OWN_NAMES.get(tag) or language(tag)


def language(tag: str) -> str:
    """``German``, ``Portuguese (Brazil)``, ``Chinese (traditional)``; the tag itself where no name is known."""
    primary, *subtags = tag.split("-")
    if primary not in LANGUAGES:
        return tag
    names = [_SUBTAGS.get(subtag) or COUNTRIES.get(subtag, subtag) for subtag in subtags]
    return f"{LANGUAGES[primary]} ({', '.join(names)})" if names else LANGUAGES[primary]
