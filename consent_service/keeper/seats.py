"""Which values keep their seats: worked out from the database, kept in the spool for merges that go without it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Engine

from consent_service.domain.calendar.periods import Kind, Period
from consent_service.domain.counting import seats
from consent_service.domain.counting.counts import PeriodCounts
from consent_service.domain.counting.dimensions import DIMENSIONS
from consent_service.domain.counting.hourly_cap import hour_of
from consent_service.domain.counting.seats import Reserved
from consent_service.domain.disclosure import publication
from consent_service.domain.masking.paths import safe_path
from consent_service.domain.notice.notice import Terms
from consent_service.domain.site import Site
from consent_service.keeper.catalogue import Catalogue
from consent_service.spool import reserved
from consent_service.spool.directory import Spool
from consent_service.storage.counts import cells
from consent_service.storage.database.engine import reading

PORTION = 500
"""Sites at once: a tenth of a second in which nothing else is done with the spool."""


class SeatReservation:
    """Keeps the spool's reserved values up to date: when a site changes or a period closes, and each hour.

    Each hour, because what was released since the last close counts as published too: so the values of a period
    that is over keep their seats in the next one from its first hit on, and not only once it is closed.
    """

    def __init__(self, spool: Spool, engine: Engine) -> None:
        self._spool = spool
        self._engine = engine
        self._state = (-1, -1)
        self._rest: list[str] = []

    def keep(self, catalogue: Catalogue, now: float) -> bool:
        """Do this for the next few sites; gives whether there are more.

        Raises OSError (ENOSPC) and what AWAY names; then the next call tries again.
        """
        state = (catalogue.changes, hour_of(now))
        if state != self._state:
            reserved.keep_only(self._spool, set(catalogue.sites))
            # Where something changes again and again the last ones must have their turn too.
            waiting = [key for key in self._rest if key in catalogue.sites]
            self._state, self._rest = state, [*waiting, *sorted(catalogue.sites.keys() - set(waiting))]
        portion = [catalogue.sites[key] for key in self._rest[:PORTION]]
        if portion:
            with reading(self._engine) as connection:
                values_by_site = reserved_of(connection, portion, catalogue, now)
            for site, values in values_by_site.items():
                reserved.write(self._spool, site, values)
            del self._rest[:PORTION]
        return bool(self._rest)


def reserved_of(connection: Connection, sites: Sequence[Site], catalogue: Catalogue, now: float) -> dict[str, Reserved]:
    """The reserved values of some sites by kind and dimension: of days only where breakdowns are counted by day."""
    basis = {site.key: {kind: _basis(site, kind, catalogue, now) for kind in _kinds(site, now)} for site in sites}
    pairs = {(key, period.name) for key, kinds in basis.items() for periods in kinds.values() for period in periods}
    stored = {
        pair: publication.without_handed_over(counts) for pair, counts in cells.stored_of(connection, pairs).items()
    }
    return {
        site.key: {
            kind: _by_dimension([stored[site.key, period.name] for period in periods], _listed(site, now))
            for kind, periods in basis[site.key].items()
        }
        for site in sites
    }


def _kinds(site: Site, now: float) -> set[Kind]:
    return {"month", _today(site, now).detail, site.timeline.latest.notice.terms.detail}


def _today(site: Site, now: float) -> Terms:
    return site.timeline.on(site.timeline.day_at(now)).notice.terms


def _listed(site: Site, now: float) -> list[str]:
    """The listed pages; those of a notice that waits too, for they are listed from its first hit on."""
    coming = site.timeline.latest.notice.terms
    return list(dict.fromkeys(map(safe_path, (*_today(site, now).pages, *coming.pages))))


def _basis(site: Site, kind: Kind, catalogue: Catalogue, now: float) -> tuple[Period, ...]:
    """The last two closed periods, the earlier first, and those begun since of which something may be released."""
    present = Period.of(site.timeline.day_at(now), kind)
    closed = catalogue.last_closed(site.key, kind) or present.preceding
    return closed.preceding, closed, closed.following, present


def _shared(last: PeriodCounts, before: PeriodCounts) -> PeriodCounts:
    """Of the last period what was there in the one before too."""
    return {
        name: {value: counts for value, counts in breakdown.items() if value in before.get(name, {})}
        for name, breakdown in last.items()
    }


def _by_dimension(basis: list[PeriodCounts], listed: list[str]) -> dict[str, list[str]]:
    before, closed, *since = basis
    stored = [_shared(closed, before), closed, *since]
    names = {"page", "entry", *(name for breakdowns in stored for name in breakdowns)}
    return {
        name: seats.reserve(
            DIMENSIONS[name],
            listed if name in ("page", "entry") else (),
            [breakdowns[name] for breakdowns in stored if name in breakdowns],
        )
        for name in sorted(names)
        if not DIMENSIONS[name].total
    }
