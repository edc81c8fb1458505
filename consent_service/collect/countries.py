"""The country of a time zone: where a browser says it is, never where an address is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType


def countries_by_zone() -> Mapping[str, str]:
    """Give the ISO 3166 code of each name of a zone that a browser can say, older names included.

    Names of a clock alone, such as ``UTC`` and ``EST``, have no country. ``make vendor`` brings the table from CLDR.
    """
    lines = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if not line.startswith("#")]
    return MappingProxyType({name: code for code, *names in rows for name in names})
