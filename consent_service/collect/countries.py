"""The country of a time zone: where a browser says it is, never where an address is."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType


def countries_by_zone() -> Mapping[str, str]:
    """ISO 3166 code by zone name, older names of zones included; from the tz database in the tzdata package."""
    folder = resources.files("tzdata.zoneinfo")
    countries: dict[str, str] = {}
    for line in (folder / "zone.tab").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            countries[zone] = country
    links = [
        line.split() for line in (folder / "tzdata.zi").read_text(encoding="utf-8").splitlines() if line[:2] == "L "
    ]
    for _, target, name in links:
        if target in countries:
            countries.setdefault(name, countries[target])
    return MappingProxyType(countries)
