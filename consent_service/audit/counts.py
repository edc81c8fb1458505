"""What is stored: whether every cell rests on k visitors, and every period that has passed is closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, func, select

from consent_service.audit.findings import Finding, fail, ok, some, warn
from consent_service.audit.installation import Installation
from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting.dimensions import OTHER
from consent_service.domain.disclosure.publication import HANDED_OVER
from consent_service.domain.site import Site
from consent_service.keeper.catalogue import Catalogue
from consent_service.keeper.closing import ALIVE_SECONDS, PATIENCE_SECONDS
from consent_service.storage import sites
from consent_service.storage.database.engine import reading
from consent_service.storage.tables import cells, closed_periods, spools
from consent_service.storage.tables import sites as site_rows

SLACK_SECONDS = 2 * PATIENCE_SECONDS
"""Machines may wait an hour for each other; a period that is open for longer than this is overdue."""


class Thresholds:
    """The k that the stored cells of a period have reached."""

    def __init__(self, connection: Connection, now: float) -> None:
        self._now = now
        self._sites = {site.key: site for site in sites.everyone(connection)}
        columns = (closed_periods.c.site, closed_periods.c.period, closed_periods.c.threshold)
        self._closed: dict[tuple[str, Period], int] = {
            (row.site, Period.parse(row.period)): row.threshold for row in connection.execute(select(*columns))
        }

    @property
    def highest(self) -> int:
        """No k was larger than this."""
        return max([0, *self._closed.values(), *(site.timeline.highest_threshold for site in self._sites.values())])

    def of(self, key: str, period: Period) -> int | None:
        """None for a cell of a site that there is not."""
        if (key, period) in self._closed:
            return self._closed[key, period]
        site = self._sites.get(key)
        return min(self._open(site, period)) if site else None

    def awaits_close(self, key: str, period: Period) -> bool:
        """Whether a period of a site that there is has passed and is not final yet."""
        return (key, period) not in self._closed and self._sites[key].timeline.ends_at(period) <= self._now

    def _open(self, site: Site, period: Period) -> Iterable[int]:
        """A cell may have been released before k grew; what is shown follows the larger one."""
        today = site.timeline.day_at(self._now)
        begun = [month for month in period.months if month.first <= today] or period.months[:1]
        return [site.timeline.in_month(month).notice.terms.threshold for month in begun]


def look_at_cells(installation: Installation) -> Finding:
    """No stored cell rests on fewer than k visitors. The values are not named."""
    with reading(installation.engine) as connection:
        small = Counter(_small_cells(connection, Thresholds(connection, installation.now)))
    if not small:
        return ok("every stored cell has reached its k")
    listed = some(f"{number} of site {site}" for site, number in small.items())
    return fail(f"cells that have not reached k: {listed}; restore a backup, and find out who wrote them")


def _small_cells(connection: Connection, thresholds: Thresholds) -> Iterator[str]:
    """The site of each cell that has not reached k, or that belongs to no site any more.

    What machines have handed over without a name may be small, until one of them closes the period.
    """
    is_apart = cells.c.dimension.startswith(HANDED_OVER)
    few = (cells.c.visitors < thresholds.highest) | is_apart | cells.c.site.not_in(select(site_rows.c.key))
    is_shared = connection.dialect.name != "sqlite"
    query = select(cells.c.site, cells.c.period, cells.c.value, cells.c.visits, cells.c.visitors, is_apart).where(few)
    for site, name, value, visits, visitors, apart in connection.execute(query):
        period = Period.parse(name)
        threshold = thresholds.of(site, period)
        if threshold is None:
            yield site
        elif apart:
            # Of the covers the names stand there, without a count.
            is_unnamed = value in ("", OTHER) or not visits
            if not (is_shared and is_unnamed and thresholds.awaits_close(site, period)):
                yield site
        elif visitors < threshold:
            yield site


def look_at_periods(installation: Installation) -> Finding:
    """No period has passed long ago and is still open, and something is there that closes."""
    catalogue, now = Catalogue(spool=""), installation.now
    with reading(installation.engine) as connection:
        catalogue.refresh(connection)
        seen: float | None = connection.execute(select(func.max(spools.c.last_seen))).scalar()
    overdue = [f"{period} of site {site}" for _, (site, period) in catalogue.due(now - SLACK_SECONDS)]
    if overdue:
        return fail(f"open though they have passed: {some(overdue)}; see what /readyz says, run consent-service close")
    if seen is None or seen < now - ALIVE_SECONDS:
        return warn("no service has written here for ten minutes: start it, or periods will not be closed")
    return ok("every period that has passed is closed")
