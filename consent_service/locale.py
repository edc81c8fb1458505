"""English names of languages and countries, and how a date is written."""

from __future__ import annotations

from datetime import date

from consent_service.domain.figures.labels import COUNTRIES, LANGUAGES

__all__ = ["COUNTRIES", "LANGUAGES", "day"]


def day(date_: date) -> str:
    """``22 November 2026``"""
    return f"{date_.day} {date_:%B %Y}"
