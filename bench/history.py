"""Years of closed months, put straight into the database: what a dashboard reads after a long time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

from sqlalchemy import insert

from bench.installation import HOST, Installation
from consent_service.domain.calendar.periods import KINDS, Period
from consent_service.domain.counting.dimensions import DIMENSIONS
from consent_service.domain.notice.notice import Terms
from consent_service.storage import sites
from consent_service.storage.database.engine import writing
from consent_service.storage.tables import cells, closed_periods

VALUES = {
    "page": 200, "entry": 100, "referrer": 100, "campaign": 20, "country": 40, "language": 15, "platform": 12,
    "browser": 10, "hour": 24,
}  # fmt: skip
"""in a period of the site's detail"""

BY_DAY_EVERY = 10
"""One site of so many is counted by day: its days hold as many values as other sites' months."""

SOME = 50_000
"""rows at once"""


def fill(place: Installation, number: int, first: date, today: date) -> dict[str, str]:
    """Sites with all periods closed that have passed; gives the key of a site of each detail."""
    found: dict[str, str] = {}
    for n in range(number):
        detail = "day" if n % BY_DAY_EVERY == 1 else "month"
        with writing(place.engine) as connection:
            site = sites.add(connection, f"Site {n}", [HOST], Terms("Bench", detail=detail), first)  # type: ignore[arg-type]
            periods = list(_periods(first, today))
            connection.execute(insert(closed_periods), [_closed(site.key, period.name, detail) for period in periods])
            rows = [row for period in periods for row in _rows(site.key, period, detail)]
            for start in range(0, len(rows), SOME):
                connection.execute(insert(cells), rows[start : start + SOME])
        found.setdefault(detail, site.key)
    return found


def _periods(first: date, today: date) -> Iterator[Period]:
    for kind in KINDS:
        period, present = Period.of(first, kind), Period.of(today, kind)
        while period < present:
            yield period
            period = period.following


def _closed(site: str, period: str, detail: str) -> dict[str, Any]:
    return {
        "site": site, "period": period, "threshold": 10, "detail": detail, "timezone": "UTC", "digest": "0" * 64
    }  # fmt: skip


def _rows(site: str, period: Period, detail: str) -> Iterator[dict[str, Any]]:
    random, kind = Random(period.name), period.kind
    yield _row(random, site, period.name, "site", "")
    for name, number in VALUES.items():
        if kind == "month" or (kind == detail and not DIMENSIONS[name].monthly):  # months of days hold their sums
            for value in range(number):
                yield _row(random, site, period.name, name, str(value) if name == "hour" else f"/{name}-{value}")


def _row(random: Random, site: str, period: str, dimension: str, value: str) -> dict[str, Any]:
    visitors = random.randrange(20, 2_000)
    return {
        "site": site, "period": period, "dimension": dimension, "value": value, "views": 3 * visitors,
        "visits": 2 * visitors, "visitors": visitors, "engaged_visits": visitors,
        "engaged_seconds": 60 * visitors, "marks": "",
    }  # fmt: skip
