"""Bringing counts from the spool into the database exactly once, one batch after the other.

Whoever holds the spool here holds it alone, on this machine, and finds nothing under way: what a crash or an
absent database left unfinished is finished first.
"""

from __future__ import annotations

import gc
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from msgspec.structs import replace
from sqlalchemy import Engine

from consent_service.domain.calendar.periods import Period
from consent_service.keeper import closing
from consent_service.keeper.catalogue import Catalogue
from consent_service.security.tokens import KeyRing
from consent_service.spool import batch, saved
from consent_service.spool.batch import Batch
from consent_service.spool.directory import Spool, write_whole
from consent_service.spool.pending import PendingStore
from consent_service.spool.saved import SavedSpool
from consent_service.storage import sites
from consent_service.storage.counts import cells, quarter_keys, restores, saved_spools, spools
from consent_service.storage.database.engine import reading, writing

MOST_CELLS = 2_500
"""Cells that one transaction writes, about: some 30 ms of SQLite's write lock, or 60 where they are closed."""

T = TypeVar("T")


class Batches:
    """One keeper's way to the database."""

    def __init__(self, spool: Spool, engine: Engine, ring: KeyRing, clock: Callable[[], float]) -> None:
        self._spool = spool
        self._engine = engine
        self._ring = ring
        self._clock = clock
        self._name = secrets.token_hex(8)
        self._store: PendingStore | None = None
        self._catalogue = Catalogue(spool.id)

    @contextmanager
    def holding(self) -> Iterator[PendingStore]:
        """Hold the spool for one step. Who comes after another keeper reads its files anew."""
        with self._spool.lock("keeper-step", wait=True):
            owner = self._spool.path / "keeper-step.owner"
            if self._store is None or not owner.exists() or owner.read_text() != self._name:
                self._store = PendingStore(self._spool)
                saved.settle(self._spool, self._store)
                self._catalogue.forget()
                write_whole(owner, self._name.encode())
            yield self._store

    @contextmanager
    def settled(self) -> Iterator[PendingStore]:
        """Hold the spool with nothing under way."""
        with self.holding() as store:
            staged = saved.staged(self._spool)
            if staged:
                self._finish_load(store, staged)
            waiting = batch.under_way(self._spool)
            if waiting:
                self._apply(store, waiting)
            yield store

    @contextmanager
    def up_to_date(self) -> Iterator[tuple[PendingStore, Catalogue]]:
        """Hold the spool, settled; drop what is pending for a site that is gone or a period that is done with."""
        with self.settled() as store:
            with reading(self._engine) as connection:
                self._catalogue.refresh(connection)
            for site in store.sites.keys() - self._catalogue.sites.keys():
                store.remove(site)
            self._drop_late(store)
            self._begin_earlier(store)
            self._note_first_hits(store)
            yield store, self._catalogue

    def write(self, store: PendingStore, parts: Batch) -> None:
        """Number a batch, put it down, apply it to the database, and take it off what is pending."""
        with reading(self._engine) as connection:
            last = spools.of(connection, self._spool.id).last_batch
        following = replace(parts, number=max(last, store.last_batch) + 1, time=self._clock())
        batch.put(self._spool, following)
        self._apply(store, following)

    def load(self, store: PendingStore, spool: SavedSpool) -> bool:
        """Add what a saved file holds to what is pending; False if it was loaded before, here or elsewhere."""
        with reading(self._engine) as connection:
            # Asked before it is staged: what is staged is added even if this spool has noted it before.
            if saved_spools.is_noted(connection, spool.id):
                return False
        saved.stage(self._spool, spool)
        return self._finish_load(store, spool)

    def _apply(self, store: PendingStore, waiting: Batch) -> None:
        with _uncollected(), writing(self._engine) as connection:
            rows_of = partial(
                closing.rows_of,
                key_of=quarter_keys.of_quarters(connection, self._ring),
                restored_at=restores.last(connection),
            )
            before = spools.of(connection, self._spool.id).last_batch
            is_alone = cells.apply(connection, self._spool.id, waiting, rows_of)
        if not is_alone or before < self._catalogue.last_batch:
            self._catalogue.forget()  # another machine closes periods too, or some closes are lost: read anew which
        self._catalogue.last_batch = waiting.number
        batch.settle(self._spool, store, waiting)

    def _finish_load(self, store: PendingStore, staged: SavedSpool) -> bool:
        with writing(self._engine) as connection:
            is_ours = saved_spools.note(connection, staged.id, self._spool.id)
        if is_ours:
            saved.add(self._spool, store, staged)
        else:
            self._spool.loading.unlink()
        return is_ours

    def _drop_late(self, store: PendingStore) -> None:
        """What came after a period was closed or handed over stays in the longer ones that are still open."""
        for site, pending in list(store.sites.items()):
            late = [name for name in pending.periods if self._catalogue.is_done(site, Period.parse(name))]
            if late:
                following = pending.copy()
                for name in late:
                    del following.periods[name]
                store.save(site, following)

    def _begin_earlier(self, store: PendingStore) -> None:
        first_days = {
            site: self._catalogue.earlier_day(site, map(Period.parse, pending.periods))
            for site, pending in store.sites.items()
        }
        earlier = {site: day for site, day in first_days.items() if day}
        if earlier:
            with writing(self._engine) as connection:
                for site, day in sorted(earlier.items()):
                    sites.begin_on(connection, site, day)
                self._catalogue.refresh(connection)

    def _note_first_hits(self, store: PendingStore) -> None:
        """Note, once for each site, that somebody has come: its owner waits for it. That is one bit, and never unset.

        Every visit is pending until a release has taken it, and every release comes after this.
        """
        arrived = {site for site in self._catalogue.without_hits & store.sites.keys() if store.sites[site].visits}
        if arrived:
            with writing(self._engine) as connection:
                for site in sorted(arrived):
                    sites.note_first_hit(connection, site)
            self._catalogue.without_hits -= arrived


@contextmanager
def _uncollected() -> Iterator[None]:
    """Put off the collection of garbage: with a million counts waiting it takes half a second of the lock."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def portions(items: Iterable[T], size: Callable[[T], int], most: int = MOST_CELLS) -> Iterator[list[T]]:
    """Split what is to be written, so that no transaction holds the database for long."""
    portion: list[T] = []
    total = 0
    for item in items:
        portion.append(item)
        total += size(item)
        if total >= most:
            yield portion
            portion, total = [], 0
    if portion:
        yield portion
