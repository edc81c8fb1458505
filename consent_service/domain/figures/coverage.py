"""How much of a period a breakdown's rows hold: of its visits, or of pages, events and links of its views."""

from __future__ import annotations

from typing import NamedTuple

from consent_service.domain.counting.dimensions import OTHER, Dimension
from consent_service.domain.disclosure.shown import Shown, ShownBreakdown, ShownCounts, sum_of


class Coverage(NamedTuple):
    """``rows`` of ``whole``, each with the marks of its parts."""

    measure: str
    rows: Shown
    whole: Shown


def coverage_of(dimension: Dimension, breakdown: ShownBreakdown, totals: ShownCounts) -> Coverage | None:
    """What the rows under a name hold, those under ``(none)`` with them; None where nothing can be said.

    Nothing counts all events and links, nor all acceptances: the whole is then what the rows and ``(other)`` hold.
    """
    measure = "views" if dimension.many else "visits"
    counts = {value: row[measure] for value, row in breakdown.items() if measure in row}
    rows = [count for value, count in counts.items() if value != OTHER]
    is_counted = dimension.name != "consent" and (dimension.whole or not dimension.many)
    whole = totals.get(measure) if is_counted else sum_of(counts.values(), len(counts))
    if not rows or whole is None or not whole.known:
        return None
    return Coverage(measure, sum_of(rows, len(rows)), whole)
