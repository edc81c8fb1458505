"""Which values keep their seats: worked out from the database, kept in the spool for merges that go without it."""

from __future__ import annotations

from sqlalchemy import Connection, Engine

from consent_service.catalogue import Catalogue
from consent_service.domain import days, seats
from consent_service.domain.counting import PeriodCounts
from consent_service.domain.days import Kind
from consent_service.domain.dimensions import DIMENSIONS
from consent_service.domain.hours import hour_of
from consent_service.domain.paths import safe_path
from consent_service.domain.seats import Reserved
from consent_service.spool import reserved
from consent_service.spool.place import Spool
from consent_service.storage import counters
from consent_service.storage.engine import reading
from consent_service.storage.sites import Site


class Reserving:
    """Keeps the spool's reserved values up to date: when a site changes or a period closes, and each hour.

    Each hour, because what was released since the last close counts as published too: so the values of a period
    that is over keep their seats in the next one from its first hit on, and not only once it is closed.
    """

    def __init__(self, spool: Spool, engine: Engine) -> None:
        self._spool = spool
        self._engine = engine
        self._state = (-1, -1)

    def keep(self, catalogue: Catalogue, now: float) -> None:
        """Raises OSError (ENOSPC) and what AWAY names; then the next call tries again."""
        state = (catalogue.changes, hour_of(now))
        if state == self._state:
            return
        with reading(self._engine) as connection:
            for site in catalogue.sites.values():
                reserved.write(self._spool, site.key, reserved_of(connection, site, catalogue, now))
        reserved.keep_only(self._spool, set(catalogue.sites))
        self._state = state


def reserved_of(connection: Connection, site: Site, catalogue: Catalogue, now: float) -> Reserved:
    """The reserved values of a site by kind and dimension: of days only where breakdowns are counted by day."""
    today = site.timeline.on(site.timeline.day_at(now)).notice.terms
    coming = site.timeline.latest.notice.terms  # its pages are listed from its first hit on
    listed = list(dict.fromkeys(map(safe_path, (*today.pages, *coming.pages))))
    kinds: set[Kind] = {"month", today.detail, coming.detail}
    return {kind: _by_dimension(_stored(connection, site, kind, catalogue, now), listed) for kind in kinds}


def _stored(connection: Connection, site: Site, kind: Kind, catalogue: Catalogue, now: float) -> list[PeriodCounts]:
    """What the last two closed periods share, the last one, and what has been released of those begun since."""
    present = days.period_of(site.timeline.day_at(now), kind)
    closed = catalogue.last_closed(site.key, kind) or days.preceding(present)
    before, since = days.preceding(closed), days.following(closed)
    found = counters.stored(connection, site.key, {before, closed, since, present})
    return [_shared(found[closed], found[before]), *(found[period] for period in (closed, since, present))]


def _shared(last: PeriodCounts, before: PeriodCounts) -> PeriodCounts:
    """Of the last period what was there in the one before too."""
    return {
        name: {value: counts for value, counts in breakdown.items() if value in before.get(name, {})}
        for name, breakdown in last.items()
    }


def _by_dimension(stored: list[PeriodCounts], listed: list[str]) -> dict[str, list[str]]:
    names = {"page", *(name for breakdowns in stored for name in breakdowns)}
    return {
        name: seats.reserve(
            DIMENSIONS[name],
            listed if name == "page" else (),
            [breakdowns[name] for breakdowns in stored if name in breakdowns],
        )
        for name in sorted(names)
        if not DIMENSIONS[name].total
    }
