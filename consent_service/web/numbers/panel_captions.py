"""The wording of a panel: what its numbers are, what was folded, why it is empty."""

from __future__ import annotations

from consent_service.domain.counting.dimensions import NONE, OTHER
from consent_service.reporting.panels import Panel
from consent_service.web import words

PLURALS = {
    "page": "pages",
    "referrer": "referrers",
    "source": "sources",
    "medium": "media",
    "campaign": "campaigns",
    "country": "countries",
    "language": "languages",
    "device": "devices",
    "browser": "browsers",
    "system": "systems",
    "event": "events",
    "outbound": "hosts",
    "download": "files",
    "missing": "paths",
    "lcp": "ratings",
    "inp": "ratings",
    "cls": "ratings",
    "hour": "hours",
    "consent": "notices",
}


def basis(panel: Panel) -> str:
    """One line on what a panel's numbers are, where they are not simply those of the period shown; else empty."""
    if panel.basis == "own":
        return ""
    if panel.basis == "month":
        state = ", still open: rounded down" if panel.is_open else ""
        return f"Counted by month: all of {words.period(panel.period)}{state}."
    whose = {"months": "monthly", "days": "daily"}.get(panel.basis, "monthly and daily")
    which = {"months": "months", "days": "days"}.get(panel.basis, "months and days")
    return f"The closed {which} of {words.period(panel.period)}: {whose} visitors added up."


def folded(panel: Panel) -> str:
    """``(other), pages with fewer than 10 visitors each: 37 visits``; empty where nothing was folded."""
    if OTHER not in panel.breakdown:
        return ""
    what = PLURALS[panel.dimension.name]
    count = panel.breakdown[OTHER]["visits"]
    if panel.dimension.name == "consent":
        return f"{OTHER}, {what} with fewer than {panel.threshold} acceptances each: {count} acceptances"
    return f"{OTHER}, {what} with fewer than {panel.threshold} visitors each: {count} visits"


def explained(panel: Panel) -> list[str]:
    """What ``(none)`` means among a panel's rows, and what is not told yet."""
    notes = []
    if NONE in panel.breakdown:
        notes.append(f"(none): {words.NONE_MEANS.get(panel.dimension.name, 'not told by the browser')}.")
    if panel.is_open and "entries" in panel.dimension.measures:
        notes.append("Entries are told once it is closed.")
    return notes


def nothing(panel: Panel, is_open: bool) -> str:
    """Why a panel has no rows, and when it will have some."""
    if panel.is_open:
        return f"Appears once {panel.threshold} visitors share a value."
    if panel.is_published:
        return f"Hidden: fewer than {panel.threshold} visitors each."
    if panel.is_sum and is_open:
        parts = {"months": "month", "days": "day"}.get(panel.basis, "month or day")
        return f"Appears with the first closed {parts} that {panel.threshold} visitors share."
    return f"Nothing to show: fewer than {panel.threshold} visitors."
