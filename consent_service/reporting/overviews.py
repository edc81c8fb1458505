"""All sites side by side: each one's visitors of the present month and of the months before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection, and_, select

from consent_service.domain.calendar.periods import Period
from consent_service.domain.disclosure.shown import UNSHOWN, Shown, at_least
from consent_service.domain.site import Site
from consent_service.storage.tables import cells, closed_periods

MONTHS = 12
"""before the present one"""


@dataclass(frozen=True)
class Overview:
    """Visitors by month, the present one last; None where they are hidden, or there are none."""

    months: Mapping[Period, Shown | None]
    threshold: int

    @property
    def present(self) -> Shown:
        return [*self.months.values()][-1] or UNSHOWN

    @property
    def last(self) -> tuple[Period, Shown | None]:
        """The last month that is over, and its visitors."""
        return [*self.months.items()][-2]

    @property
    def change(self) -> float | None:
        """In percent, of the last month that is over against the one before; None unless both are exact."""
        before, last = [*self.months.values()][-3:-1]
        if before is None or last is None or (before.sort, last.sort) != ("exact", "exact"):
            return None
        return 100 * (last.number / before.number - 1)


def read(connection: Connection, sites: Sequence[Site], now: float) -> dict[str, Overview]:
    """By site key, in one query."""
    wanted = {site.key: _months(Period.of(site.today(now), "month")) for site in sites}
    query = (
        select(cells.c.site, cells.c.period, cells.c.visitors, closed_periods.c.threshold)
        .join_from(
            cells,
            closed_periods,
            and_(closed_periods.c.site == cells.c.site, closed_periods.c.period == cells.c.period),
            isouter=True,
        )
        .where(
            cells.c.site.in_(list(wanted)),
            cells.c.period.in_(sorted({month.name for months in wanted.values() for month in months})),
            cells.c.dimension == "site",
        )
    )
    rows = {(row.site, row.period): (row.visitors, row.threshold) for row in connection.execute(query).all()}
    return {site.key: _overview(site, wanted[site.key], rows) for site in sites}


@lru_cache(8)
def _months(present: Period) -> tuple[Period, ...]:
    return tuple(reversed(list(_back_from(present))))


def _back_from(month: Period) -> Iterator[Period]:
    yield month
    for _ in range(MONTHS):
        month = month.preceding
        yield month


def _overview(site: Site, months: Sequence[Period], rows: Mapping[tuple[str, str], tuple[int, int | None]]) -> Overview:
    by_month = {month: _shown(site, month, *rows.get((site.key, month.name), (0, None))) for month in months}
    return Overview(by_month, site.timeline.threshold(months[-1]))


def _shown(site: Site, month: Period, visitors: int, threshold: int | None) -> Shown | None:
    """Exactly if the month is closed, with the threshold of then; else rounded down. None below it."""
    if threshold is not None:
        return Shown(visitors) if visitors >= threshold else None
    least = at_least(visitors, site.timeline.threshold(month)) if visitors else None
    return least if least and least.known else None
