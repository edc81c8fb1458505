"""The keeper: merge, release, close. The one process of a machine that writes counts to the database.

Each step may be repeated, and may be cut short at any instruction: docs/architecture.md has the order of writes.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from consent_service import tokens
from consent_service.domain import days, rollup
from consent_service.domain.counting import Counts, PeriodCounts
from consent_service.domain.days import KINDS, Kind
from consent_service.domain.dimensions import OTHER
from consent_service.domain.suppression import may_release
from consent_service.spool import batch, saved, segments
from consent_service.spool.batch import Batch, Closing, Release
from consent_service.spool.generation import Generation
from consent_service.spool.merge import merge
from consent_service.spool.pending import PendingStore, SitePending
from consent_service.spool.place import Spool, SpoolError, write_whole
from consent_service.storage import counters, keys, loads, sites
from consent_service.storage.engine import reading, truncate_log, writing
from consent_service.storage.sites import Site
from consent_service.tokens import KeyRing

log = logging.getLogger(__name__)

GRACE_SECONDS = 5
"""How long after a period's end its last hits may still be on their way into a tally."""

MOST_CLOSINGS = 500
"""Periods that one batch closes: after a month's standstill the database is not held for long."""


class Keeper:
    """The steps, each to be called again and again. The clock gives seconds since 1970."""

    def __init__(self, spool: Spool, engine: Engine, ring: KeyRing, clock: Callable[[], float], pause: int) -> None:
        self._spool = spool
        self.engine = engine
        self._ring = ring
        self._clock = clock
        self._pause = pause
        self._generation = Generation(spool)
        self._name = secrets.token_hex(8)
        self._store: PendingStore | None = None
        self._sites: dict[str, Site] = {}
        self._sites_generation = -1
        self._last_closed: dict[tuple[str, Kind], str] = {}

    def merge(self) -> bool:
        """Merge the tallies that were handed over; True if there were any. Needs no database."""
        with self._holding() as store:
            return merge(self._spool, store)

    def waits_for(self, instant: float) -> bool:
        """Whether a tally may still hold hits from before an instant."""
        return segments.oldest(self._spool) < instant

    def watch(self) -> None:
        """Tell this machine's workers when a site or notice has changed, here or on another machine."""
        with reading(self.engine) as connection:
            self._generation.move_to(sites.generation(connection))

    def release(self) -> int:
        """Write what has reached k; gives the number of cells written."""
        with self._holding() as store:
            self._settle(store)
            self._catch_up(store)
            due = [site for site in self._sites.values() if self._may_release(site, store)]
            return self._write(store, [one for site in due for one in self._releases(site, store.sites[site.key])], [])

    def close(self) -> int:
        """Close the periods that have passed; gives their number."""
        with self._holding() as store:
            self._settle(store)
            self._catch_up(store)
            now, number = self._clock(), 0
            while due := self._due(now):
                self._write(store, [], [self._closing(site, period, store) for site, period in due])
                self._last_closed |= {(site.key, days.kind_of(period)): period for site, period in due}
                number += len(due)
            if number:
                truncate_log(self.engine)
            return number

    def save(self, file: Path, passphrase: str) -> int:
        """Move all that is pending into an encrypted file; gives the number of sites. Raises SpoolError."""
        with self._holding() as store:
            self._settle(store)
            merge(self._spool, store)
            return saved.save(self._spool, store, file, passphrase)

    def load(self, file: Path, passphrase: str) -> int:
        """Add what a saved file holds, once; gives the number of sites. Raises SpoolError."""
        found = saved.open_saved(file, passphrase)
        with self._holding() as store:
            self._settle(store)
            saved.stage(self._spool, found)
            with writing(self.engine) as connection:
                is_new = loads.note(connection, found.id, self._spool.id)
            if not is_new:
                self._spool.loading.unlink()
                raise SpoolError(f"{file} was loaded before: its counts are in already")
            saved.add(self._spool, store, found)
            return len(found.sites)

    def seen(self) -> None:
        """Note in the database that this spool is alive."""
        with writing(self.engine) as connection:
            counters.register(connection, self._spool.id, self._clock())

    @contextmanager
    def _holding(self) -> Iterator[PendingStore]:
        """Hold the spool for one step. Who comes after another keeper reads its files anew."""
        with self._spool.lock("keeper-step", wait=True):
            owner = self._spool.path / "keeper-step.owner"
            if self._store is None or not owner.exists() or owner.read_text() != self._name:
                self._store = PendingStore(self._spool)
                saved.settle(self._spool, self._store)
                self._sites_generation = -1
                write_whole(owner, self._name.encode())
            yield self._store

    def _settle(self, store: PendingStore) -> None:
        """Finish the load and the batch that a crash or an absent database left under way."""
        staged = saved.staged(self._spool)
        if staged:
            with reading(self.engine) as connection:
                is_ours = loads.is_noted(connection, staged.id, self._spool.id)
            if is_ours:
                saved.add(self._spool, store, staged)
            else:
                self._spool.loading.unlink()  # nothing was noted: whoever asked for it asks again
        waiting = batch.under_way(self._spool)
        if waiting:
            self._apply(store, waiting)

    def _apply(self, store: PendingStore, waiting: Batch) -> None:
        with writing(self.engine) as connection:
            is_alone = counters.apply(connection, self._spool.id, waiting)
        if not is_alone:
            self._sites_generation = -1  # another machine closes periods too: read anew which
        batch.settle(self._spool, store, waiting)

    def _write(self, store: PendingStore, releases: list[Release], closings: list[Closing]) -> int:
        if not releases and not closings:
            return 0
        now = self._clock()
        with writing(self.engine) as connection:
            last = counters.register(connection, self._spool.id, now)
        number = max(last, store.last_batch) + 1
        visits = {one.site: store.sites[one.site].visits for one in releases}
        following = Batch(number, now, releases, visits, closings)
        batch.put(self._spool, following)
        self._apply(store, following)
        return len(releases)

    def _catch_up(self, store: PendingStore) -> None:
        """Read the sites anew if they changed; drop what is pending for a site or a period that is gone."""
        with reading(self.engine) as connection:
            generation = sites.generation(connection)
            if generation != self._sites_generation:
                self._sites = {site.key: site for site in sites.everyone(connection)}
                self._last_closed = counters.last_closed(connection)
                self._sites_generation = generation
        for key in store.sites.keys() - self._sites.keys():
            store.remove(key)
        self._drop_late(store)

    def _may_release(self, site: Site, store: PendingStore) -> bool:
        """At least k new visits are pending, and the last release is long enough ago."""
        pending = store.sites.get(site.key)
        if pending is None:
            return False
        month = days.periods_of(site.timeline.day_at(self._clock())).month
        # A clock that was set back must not hold releases up.
        waited = abs(self._clock() - pending.released)
        return pending.visits >= site.timeline.threshold(month) and waited >= self._pause

    def _releases(self, site: Site, pending: SitePending) -> Iterator[Release]:
        with reading(self.engine) as connection:
            stored = counters.stored(connection, site.key, pending.periods)
        for period, breakdowns in sorted(pending.periods.items()):
            threshold = site.timeline.threshold(period)
            for dimension, value, counts in _releasable(breakdowns, stored[period], threshold):
                yield Release(site.key, period, dimension, value, counts)

    def _due(self, now: float) -> list[tuple[Site, str]]:
        """The next period of each kind and site that has passed, and that no tally can add to any more."""
        due: list[tuple[Site, str]] = []
        ready = min(now, segments.oldest(self._spool))
        for site in self._sites.values():
            for kind in KINDS:
                closed = self._last_closed.get((site.key, kind))
                period = days.following(closed) if closed else days.period_of(site.created_on, kind)
                end = site.timeline.ends_at(period) + GRACE_SECONDS
                if end <= ready:
                    due.append((site, period))
                if len(due) == MOST_CLOSINGS:
                    return due
        return due

    def _closing(self, site: Site, period: str, store: PendingStore) -> Closing:
        pending = store.sites.get(site.key, SitePending()).periods.get(period, {})
        with reading(self.engine) as connection:
            stored = counters.stored(connection, site.key, [period])[period]
            key = self._ring.key(keys.of_quarter(connection, days.quarter_of(days.last_day(period)), self._ring))
        terms = site.timeline.on(days.last_day(period)).notice.terms
        threshold = site.timeline.threshold(period)
        rows = rollup.close(stored, pending, threshold, lambda name: tokens.draw(key, site.key, period, name))
        digest = rollup.digest_of(rows)
        return Closing(site.key, period, threshold, terms.detail, terms.timezone, digest, rows)

    def _drop_late(self, store: PendingStore) -> None:
        """What came after a period was closed stays in the longer ones that are still open."""
        for key, pending in list(store.sites.items()):
            late = [period for period in pending.periods if self._is_closed(key, period)]
            if late:
                following = pending.copy()
                for period in late:
                    del following.periods[period]
                store.save(key, following)

    def _is_closed(self, key: str, period: str) -> bool:
        return period <= self._last_closed.get((key, days.kind_of(period)), "")


def _releasable(pending: PeriodCounts, stored: PeriodCounts, threshold: int) -> Iterator[tuple[str, str, Counts]]:
    for dimension, breakdown in sorted(pending.items()):
        for value, counts in sorted(breakdown.items()):
            # What a cap turned away is many values under one name: its support is not known, so it waits.
            if value != OTHER and may_release(counts, stored.get(dimension, {}).get(value), threshold):
                yield dimension, value, counts
