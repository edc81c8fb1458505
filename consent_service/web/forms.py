"""Forms: what was typed, kept as it was, what is wrong with it, by field, and what a form offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import available_timezones

LONGEST_NAME = 100


@dataclass
class Typed:
    """What was typed by field. Each reading of one notes what is wrong with it in ``errors``."""

    typed: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def name(self, field_name: str = "name") -> str:
        """A short text on one line."""
        text = self.typed[field_name].strip()
        if not 0 < len(text) <= LONGEST_NAME or not text.isprintable():
            self.errors[field_name] = f"a name of at most {LONGEST_NAME} printable characters is needed"
        return text

    def words(self, field_name: str) -> list[str]:
        """Words apart by spaces, commas or lines."""
        return self.typed[field_name].replace(",", " ").split()

    def number(self, field_name: str) -> int | str:
        """A whole number; what is none as it was typed, for whoever knows what was wanted to say so."""
        text = self.typed[field_name].strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text

    def day(self, field_name: str, today: date, latest: date) -> date:
        """A day from today on; today where it is none."""
        try:
            day = date.fromisoformat(self.typed[field_name].strip())
        except ValueError:
            self.errors[field_name] = f"a day is needed, such as {latest.isoformat()}"
            return today
        if not today <= day <= latest:
            self.errors[field_name] = f"a day from {today.isoformat()} to {latest.isoformat()} is needed"
        return day


def zones() -> list[str]:
    """The time zones that a form offers."""
    return ["UTC", *sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))]
