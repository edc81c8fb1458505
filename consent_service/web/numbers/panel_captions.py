"""The wording of a panel: what its numbers are, how much they hold, what has no row, why it is empty."""

from __future__ import annotations

from consent_service.domain.counting.dimensions import NONE, OTHER
from consent_service.reporting.panels import Panel
from consent_service.web import words


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


def coverage(panel: Panel) -> str:
    """``1,204 of 1,310 visits have a row.``; empty where it cannot be said."""
    held = panel.coverage
    if held is None:
        return ""
    what = words.measure(panel.dimension.name, held.measure).lower()
    line = f"{held.rows} of {held.whole} {what} have a row"
    return f"Made of the rows of {words.TITLES[panel.base.name]}: {line}." if panel.base else f"{line}."


def folded(panel: Panel) -> str:
    """``(other), everything else, together: 37 visits.``; empty where there is no such row."""
    if OTHER not in panel.breakdown:
        return ""
    measure = "views" if panel.dimension.many else "visits"
    count = panel.breakdown[OTHER][measure]
    return f"{OTHER}, everything else, together: {count} {words.measure(panel.dimension.name, measure).lower()}."


def explained(panel: Panel) -> list[str]:
    """What a panel cannot hold, and what ``(none)`` means among its rows."""
    told = [words.MEASURED_OF[panel.name]] if panel.name in words.MEASURED_OF else []
    if NONE in panel.breakdown:
        told.append(f"(none): {words.NONE_MEANS.get(panel.name, 'not told by the browser')}.")
    return told


def unnamed(panel: Panel) -> str:
    """One line in the place of a panel without a single named value."""
    measure = "views" if panel.dimension.many else "visits"
    told = [folded(panel)] if OTHER in panel.breakdown else []
    if NONE in panel.breakdown:
        count = panel.breakdown[NONE][measure]
        told.insert(0, f"{NONE}: {count} {words.measure(panel.dimension.name, measure).lower()}.")
    return " ".join(told) or nothing(panel)


def nothing(panel: Panel) -> str:
    """Why a panel has no rows: never that few share a value, for its large ones may be hidden with its small ones."""
    if panel.is_open:
        return "Shown once it is closed." if panel.dimension.within else "Nothing to show yet."
    if panel.is_published:
        return "No value can be shown by itself."
    return "Nothing to show."
