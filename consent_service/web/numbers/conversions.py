"""Goals as they are shown: in which part of the visits an event happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from consent_service.domain.disclosure.shown import Rate, Shown, share
from consent_service.reporting.panels import Panel


@dataclass(frozen=True)
class Conversion:
    """``visits`` in which the event happened, of ``of`` in all. ``at_least`` says that there may be more of them."""

    name: str
    event: str
    visits: Shown | None
    of: Shown | None
    rate: Rate | None
    at_least: bool


def conversions(goals: Mapping[str, str], panels: Sequence[Panel]) -> tuple[Panel | None, Sequence[Conversion]]:
    """The panel of the events, of whose period the goals are, and each goal; none where no events are counted."""
    panel = next((panel for panel in panels if panel.dimension.name == "event"), None)
    if panel is None or not goals:
        return None, ()
    return panel, [_conversion(panel, event, name) for event, name in goals.items()]


def _conversion(panel: Panel, event: str, name: str) -> Conversion:
    """Visits that are hidden or withheld are not in it: then the rate is a lower bound, unless it is rounded anyway.

    Where the totals of a part are hidden too there is no rate: it could be off to either side.
    """
    counts = panel.breakdown.get(event)
    visits = counts["visits"] if counts and counts["visits"].known else None
    rate = share(visits, panel.visits, panel.threshold) if visits and panel.visits and panel.is_whole else None
    at_least = not panel.is_open and visits is not None and not visits.is_exact
    return Conversion(name, event, visits, panel.visits, rate, at_least)
