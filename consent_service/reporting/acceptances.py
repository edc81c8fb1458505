"""How often each notice was accepted, by closed month, as it is published."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, func, select

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting.dimensions import MEASURES
from consent_service.domain.disclosure.shown import Shown
from consent_service.domain.site import Site
from consent_service.reporting.published import Published, Settings
from consent_service.storage.counts.cells import MarkedCounts
from consent_service.storage.tables import cells, closed_periods

_MONTH = 7
"""The letters of a month's name; no other period has so many."""

Acceptances = Mapping[Period, Mapping[str, Shown]]
"""by month and digest; what too few accepted is in ``(other)``, or not there"""


def by_month(connection: Connection, site: Site) -> Acceptances:
    """Of all closed months, oldest first, also of those without any."""
    months = _closed_months(connection, site.key)
    stored: dict[Period, dict[str, dict[str, MarkedCounts]]] = {month: {"consent": {}} for month in months}
    columns = [cells.c[name] for name in MEASURES]
    query = select(cells.c.period, cells.c.value, cells.c.marks, *columns).where(
        cells.c.site == site.key, cells.c.period.in_([month.name for month in months]), cells.c.dimension == "consent"
    )
    for name, digest, marks, *counts in connection.execute(query):
        stored[Period.parse(name)]["consent"][digest] = MarkedCounts(counts, marks)
    published = Published(site, months, stored)
    return {
        month: {digest: counts["visits"] for digest, counts in sorted(published.shown(month, "consent").items())}
        for month in months
    }


def _closed_months(connection: Connection, key: str) -> dict[Period, Settings]:
    here = closed_periods.c
    query = select(here.period, here.threshold, here.detail).where(here.site == key, func.length(here.period) == _MONTH)
    rows = connection.execute(query.order_by(here.period))
    return {Period.parse(row.period): Settings(row.threshold, row.detail) for row in rows}
