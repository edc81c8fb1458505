"""Panels that belong together as one card with tabs, so that a month is taken in at a glance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from consent_service.reporting.panels import Panel, made_of
from consent_service.web import words
from consent_service.web.numbers import panel_captions
from consent_service.web.numbers.links import Asked
from consent_service.web.numbers.tables import Table, is_named, table

GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "pages": ("page", "entry", "missing"),
        "sources": ("referrer", "campaign", "by-source", "by-medium"),
        "hours": ("hour",),
        "visitors": ("country", "language"),
        "devices": ("platform", "browser", "by-device", "by-system"),
        "actions": ("event", "outbound", "download"),
        "experience": ("lcp", "inp", "cls"),
        "notice": ("consent",),
    }
)
"""The panels of each card, in the order of the page."""

TITLES = MappingProxyType(
    {
        "pages": "Pages",
        "sources": "Sources",
        "hours": "Hours",
        "visitors": "Visitors",
        "devices": "Devices",
        "actions": "Events and links",
        "experience": "Experience",
        "notice": "Notice",
    }
)

LEFT = ("pages", "sources", "hours")
"""The cards of the first of two columns, which on a narrow screen come first."""


class Unnamed(NamedTuple):
    """A panel without a single named value: one line instead of a tab."""

    title: str
    line: str


@dataclass(frozen=True)
class Group:
    """A card: ``tables`` are its tabs, of which ``chosen`` is in front."""

    name: str
    tables: Sequence[Table]
    unnamed: Sequence[Unnamed]
    chosen: str

    @property
    def title(self) -> str:
        return words.TITLES[self.tables[0].name] if len(self.tables) == 1 else TITLES[self.name]


def columns(panels: Sequence[Panel], asked: Asked, is_day: bool) -> tuple[list[Group], list[Group]]:
    """The cards of both columns; a day, which has no shorter periods to draw, begins with the hours."""
    known = {panel.name: panel for base in panels for panel in (base, *made_of(base))}
    groups = [group for name in GROUPS if (group := _group(name, known, asked))]
    left, right = ([group for group in groups if (group.name in LEFT) == is_left] for is_left in (True, False))
    if is_day:
        left.sort(key=lambda group: group.name != "hours")
    return (left, right) if right else (left[:1], left[1:])


def _group(name: str, known: Mapping[str, Panel], asked: Asked) -> Group | None:
    """None where the site counts none of its panels."""
    panels = [known[panel] for panel in GROUPS[name] if panel in known]
    named = [panel for panel in panels if is_named(panel)]
    # What is made of another panel's rows has nothing to say of its own where these have no name.
    unnamed = [panel for panel in panels if not panel.base and panel not in named]
    if not named and not unnamed:
        return None
    names = [panel.name for panel in named]
    chosen = next((panel for panel in (asked.more, asked.tab) if panel in names), names[0] if names else "")
    return Group(
        name,
        [table(panel, asked) for panel in named],
        [Unnamed(words.TITLES[panel.name], panel_captions.unnamed(panel)) for panel in unnamed],
        chosen,
    )
