"""Words that stand in paths: before what names someone, and in its place. `vocabulary.toml` holds them, by language."""

from __future__ import annotations

import tomllib
from importlib import resources


def _read() -> dict[str, frozenset[str]]:
    lists = tomllib.loads(resources.files(__package__).joinpath("vocabulary.toml").read_text(encoding="utf-8"))
    return {name: frozenset(" ".join(languages.values()).split()) for name, languages in lists.items()}


_LISTS = _read()

PEOPLE = _LISTS["people"]
SECRETS = _LISTS["secrets"]
HINTS = _LISTS["hints"]
RECORDS = _LISTS["records"]

SECTIONS = _LISTS["sections"]
PAGES = SECTIONS | _LISTS["pages"]
LISTED = _LISTS["lists"]

KNOWN = PAGES | PEOPLE | SECRETS | HINTS | RECORDS
"""All of them: a segment that is made of these alone names nobody."""
