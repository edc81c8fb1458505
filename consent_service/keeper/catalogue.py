"""What the keeper remembers of the database: the sites, and which of their periods are over and done with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import Connection

from consent_service.domain.calendar import periods as days
from consent_service.domain.calendar.periods import KINDS, Kind
from consent_service.domain.site import Site
from consent_service.storage import sites
from consent_service.storage.counts import closed, spools
from consent_service.storage.counts.cells import Pair

GRACE_SECONDS = 5
"""How long after a period's end its last hits may still be on their way into a tally."""


MOST_DAYS_EARLIER = 366
"""A site is not made older by more than that: a clock that is so far behind is not believed."""


class Catalogue:
    """Read anew when a site or notice changes, and when the database holds what this process has not seen."""

    def __init__(self, spool: str) -> None:
        self.sites: dict[str, Site] = {}
        self.handed_over = 0.0
        self.changes = 0
        """Moves whenever sites or closed periods have changed."""
        self.last_batch = 0
        """of this spool, as far as this process knows"""
        self._spool = spool
        self._generation = -1
        self._closed: dict[tuple[str, Kind], str] = {}
        self._next: dict[tuple[str, Kind], tuple[float, str]] = {}

    def forget(self) -> None:
        self._generation = -1

    def refresh(self, connection: Connection) -> None:
        generation, known = sites.generation(connection), spools.of(connection, self._spool)
        # Fewer batches than were applied: the database was restored, or a failover has lost the last of them.
        if generation != self._generation or known.last_batch < self.last_batch:
            self.sites = {site.key: site for site in sites.everyone(connection)}
            self._closed = closed.without_gap(connection, self.sites.values())
            self._next.clear()
            self._generation = generation
            self.changes += 1
        self.handed_over, self.last_batch = known.handed_over, known.last_batch

    def earlier_day(self, site: str, periods: Iterable[str]) -> date | None:
        """The first day of which hits are pending, if that is before the one on which a site was made.

        Its zone may have been corrected since, or the clock put right.
        """
        made = self.sites[site].created_on
        counted_days = [days.first_day(period) for period in periods if days.kind_of(period) == "day"]
        return min((day for day in counted_days if 0 < (made - day).days <= MOST_DAYS_EARLIER), default=None)

    def is_done(self, site: str, period: str) -> bool:
        """Whether a period is final or not kept any more, or this spool has handed over what it held of it."""
        is_closed = period <= self._closed.get((site, days.kind_of(period)), "")
        is_gone = is_closed or self.sites[site].is_coarsened(period)
        return is_gone or (self.handed_over > 0 and self.has_passed(site, period, self.handed_over))

    def has_passed(self, site: str, period: str, instant: float) -> bool:
        """Whether a period had ended by then, and its last hits were in."""
        return self.sites[site].timeline.ends_at(period) + GRACE_SECONDS <= instant

    def due(self, instant: float) -> Iterator[tuple[float, Pair]]:
        """The periods of each site that are not final and have passed by then, each kind in order; and when."""
        for site in self.sites.values():
            for kind in KINDS:
                passed, period = self._next.get((site.key, kind)) or self._find_next(site, kind)
                while passed <= instant:
                    yield passed, (site.key, period)
                    period = days.following(period)
                    passed = site.timeline.ends_at(period) + GRACE_SECONDS

    def _find_next(self, site: Site, kind: Kind) -> tuple[float, str]:
        final = self._closed.get((site.key, kind))
        period = days.following(final) if final else site.first_period(kind)
        following = self._next[site.key, kind] = (site.timeline.ends_at(period) + GRACE_SECONDS, period)
        return following

    def last_closed(self, site: str, kind: Kind) -> str | None:
        return self._closed.get((site, kind))

    def note_closed(self, site: str, period: str) -> None:
        kind = days.kind_of(period)
        self._closed[site, kind] = period
        self._next.pop((site, kind), None)
        self.changes += 1
