"""What the keeper remembers of the database: the sites, and which of their periods are over and done with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeAlias

from sqlalchemy import Connection

from consent_service.domain.calendar.periods import KINDS, Kind, Period
from consent_service.domain.site import Site
from consent_service.storage import sites
from consent_service.storage.counts import closed, spools

SitePeriod: TypeAlias = tuple[str, Period]
"""a site's key and a period"""

GRACE_SECONDS = 5
"""How long after a period's end its last hits may still be on their way into a tally."""


MOST_DAYS_EARLIER = 366
"""A site is not made older by more than that: a clock that is so far behind is not believed."""


class Catalogue:
    """Read anew when a site or notice changes, and when the database holds what this process has not seen."""

    def __init__(self, spool: str) -> None:
        self.sites: dict[str, Site] = {}
        self.without_hits: set[str] = set()
        """The keys of the sites of which no keeper had noted a first hit when they were read."""
        self.handed_over = 0.0
        self.changes = 0
        """Moves whenever sites or closed periods have changed."""
        self.last_batch = 0
        """of this spool, as far as this process knows"""
        self._spool = spool
        self._generation = -1
        self._closed: dict[tuple[str, Kind], Period] = {}
        self._next: dict[tuple[str, Kind], tuple[float, Period]] = {}

    def forget(self) -> None:
        self._generation = -1

    def refresh(self, connection: Connection) -> None:
        generation, known = sites.generation(connection), spools.of(connection, self._spool)
        # Fewer batches than were applied: the database was restored, or a failover has lost the last of them.
        if generation != self._generation or known.last_batch < self.last_batch:
            self.sites = {site.key: site for site in sites.everyone(connection)}
            self.without_hits = {key for key, site in self.sites.items() if not site.has_hits}
            self._closed = closed.without_gap(connection, self.sites.values())
            self._next.clear()
            self._generation = generation
            self.changes += 1
        self.handed_over, self.last_batch = known.handed_over, known.last_batch

    def earlier_day(self, site: str, periods: Iterable[Period]) -> date | None:
        """The first day of which hits are pending, if that is before the one on which a site was made.

        Its zone may have been corrected since, or the clock put right.
        """
        made = self.sites[site].created_on
        counted_days = [period.first for period in periods if period.kind == "day"]
        return min((day for day in counted_days if 0 < (made - day).days <= MOST_DAYS_EARLIER), default=None)

    def is_done(self, site: str, period: Period) -> bool:
        """Whether a period is final or not kept any more, or this spool has handed over what it held of it."""
        closed = self._closed.get((site, period.kind))
        is_closed = closed is not None and period <= closed
        is_gone = is_closed or self.sites[site].is_coarsened(period)
        return is_gone or (self.handed_over > 0 and self.has_passed(site, period, self.handed_over))

    def has_passed(self, site: str, period: Period, instant: float) -> bool:
        """Whether a period had ended by then, and its last hits were in."""
        return self.sites[site].timeline.ends_at(period) + GRACE_SECONDS <= instant

    def due(self, instant: float) -> Iterator[tuple[float, SitePeriod]]:
        """The periods of each site that are not final and have passed by then, each kind in order; and when."""
        for site in self.sites.values():
            for kind in KINDS:
                passed, period = self._next.get((site.key, kind)) or self._find_next(site, kind)
                while passed <= instant:
                    yield passed, (site.key, period)
                    period = period.following
                    passed = site.timeline.ends_at(period) + GRACE_SECONDS

    def _find_next(self, site: Site, kind: Kind) -> tuple[float, Period]:
        final = self._closed.get((site.key, kind))
        period = final.following if final else site.first_period(kind)
        following = self._next[site.key, kind] = (site.timeline.ends_at(period) + GRACE_SECONDS, period)
        return following

    def last_closed(self, site: str, kind: Kind) -> Period | None:
        return self._closed.get((site, kind))

    def note_closed(self, site: str, period: Period) -> None:
        self._closed[site, period.kind] = period
        self._next.pop((site, period.kind), None)
        self.changes += 1
