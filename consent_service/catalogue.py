"""What the keeper remembers of the database: the sites, and which of their periods are over and done with."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from consent_service.domain import days
from consent_service.domain.days import KINDS, Kind
from consent_service.storage import counters, sites, spools
from consent_service.storage.counters import Pair
from consent_service.storage.sites import Site

GRACE_SECONDS = 5
"""How long after a period's end its last hits may still be on their way into a tally."""


class Catalogue:
    """Read anew when a site or notice changes, and after another machine was seen to close a period."""

    def __init__(self, spool: str) -> None:
        self.sites: dict[str, Site] = {}
        self.handed_over = 0.0
        self._spool = spool
        self._generation = -1
        self._closed: dict[tuple[str, Kind], str] = {}
        self._next: dict[tuple[str, Kind], tuple[float, str]] = {}

    def forget(self) -> None:
        self._generation = -1

    def refresh(self, connection: Connection) -> None:
        generation = sites.generation(connection)
        if generation != self._generation:
            self.sites = {site.key: site for site in sites.everyone(connection)}
            self._closed = counters.last_closed(connection)
            self._next.clear()
            self._generation = generation
        self.handed_over = spools.handed_over(connection, self._spool)

    def is_done(self, site: str, period: str) -> bool:
        """Whether a period is final, or this spool has handed over what it held of it."""
        is_closed = period <= self._closed.get((site, days.kind_of(period)), "")
        return is_closed or self.has_passed(site, period, self.handed_over)

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
        closed = self._closed.get((site.key, kind))
        period = days.following(closed) if closed else days.period_of(site.created_on, kind)
        found = self._next[site.key, kind] = (site.timeline.ends_at(period) + GRACE_SECONDS, period)
        return found

    def note_closed(self, site: str, period: str) -> None:
        kind = days.kind_of(period)
        self._closed[site, kind] = period
        self._next.pop((site, kind), None)
