"""The keeper: merge, release, close. The one process of a machine that writes counts to the database.

Each step may be repeated, and may be cut short at any instruction: docs/exactly-once.md has the order of writes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace
from sqlalchemy import Engine

from consent_service.config import Config
from consent_service.domain.calendar.periods import Period, quarter_of, quarters_around
from consent_service.domain.counting.counts import size_of
from consent_service.domain.site import Site
from consent_service.keeper import closing, releasing
from consent_service.keeper.batches import Batches, portions
from consent_service.keeper.catalogue import Catalogue, SitePeriod
from consent_service.keeper.coarsening import Coarsening
from consent_service.keeper.heartbeat import Heartbeat
from consent_service.keeper.releasing import Pauses
from consent_service.keeper.seats import SeatReservation
from consent_service.reporting import published
from consent_service.security.tokens import KeyRing
from consent_service.spool import saved, sealed_tallies
from consent_service.spool.batch import Batch, Closing, Release
from consent_service.spool.capped_sites import SiteCaps, find_capped
from consent_service.spool.directory import Spool, SpoolError
from consent_service.spool.generation import Generation
from consent_service.spool.merge import merge, note_hour
from consent_service.spool.pending import PendingStore, SitePending
from consent_service.storage import sites
from consent_service.storage.counts import cells, quarter_keys
from consent_service.storage.counts.cells import Pair
from consent_service.storage.database.engine import connect, reading, truncate_log, writing
from consent_service.storage.database.timeouts import BUSY_SECONDS


class Keeper:
    """The steps, each to be called again and again. The clock gives seconds since 1970."""

    def __init__(
        self,
        spool: Spool,
        engine: Engine,
        ring: KeyRing,
        clock: Callable[[], float],
        pauses: Pauses,
        hits_per_minute: int,
    ) -> None:
        self.engine = engine
        self._spool = spool
        self._ring = ring
        self._clock = clock
        self._pauses = pauses
        self._hits_per_minute = hits_per_minute
        self._generation = Generation(spool)
        self._caps = SiteCaps(spool, self._generation)
        self._heartbeat = Heartbeat(spool.id, engine, clock)
        self._batches = Batches(spool, engine, ring, clock)
        self._seat_reservation = SeatReservation(spool, engine)
        self._coarsening = Coarsening(engine)

    def merge(self) -> None:
        """Merge the tallies that were handed over, and tell which sites are over their cap; needs no database.

        Raises SpoolError, once the others are merged, if another version has written some.
        """
        with self._batches.holding() as store:
            now = self._clock()
            merge(self._spool, store, now)
            note_hour(store, now)
            self._caps.publish(find_capped(store, now, self._hits_per_minute))
        left = sealed_tallies.of_other_versions(self._spool)
        if left:
            raise SpoolError(
                f"{len(left)} tallies in {self._spool.tallies} are of another version: start that once more"
            )

    def waits_for(self, instant: float) -> bool:
        """Whether a tally may still hold hits from before an instant."""
        return sealed_tallies.oldest_opening(self._spool) < instant

    def watch(self) -> None:
        """Tell this machine's workers when a site or notice has changed, here or on another machine."""
        with reading(self.engine) as connection:
            self._generation.move_to(sites.generation(connection))

    def assign(self) -> None:
        """Fix the key of a quarter a day before it begins anywhere. Raises MissingKey."""
        quarters = quarters_around(self._clock())
        with reading(self.engine) as connection:
            if quarter_keys.are_assigned(connection, quarters):
                return
        with writing(self.engine) as connection:
            quarter_keys.assign(connection, quarters, self._ring)

    def release(self) -> int:
        """Write what has reached k; gives the number of cells written. Raises MissingKey."""
        with self._batches.up_to_date() as (store, catalogue):
            now, number = self._clock(), 0
            due = [site for site in catalogue.sites.values() if releasing.is_due(site, store, now, self._pauses.totals)]
            broken_down = {
                site.key
                for site in due
                if releasing.breakdowns_are_due(store.sites[site.key], now, self._pauses.breakdowns)
            }
            shares = (self._releases(site, store, catalogue, now, site.key in broken_down) for site in due)
            for portion in portions(shares, _size):
                releases = [release for share in portion for release in share]
                visits = {release.site: store.sites[release.site].visits for release in releases}
                if releases:
                    batch = Batch(releases=releases, visits=visits, broken_down=sorted(broken_down & visits.keys()))
                    self._batches.write(store, batch)
                number += _size(releases)
            return number

    def close(self) -> int:
        """Close the periods that have passed; gives their number.

        While other machines may still add to some, what this one holds of those is handed over to whoever closes.
        """
        with self._batches.up_to_date() as (store, catalogue):
            ready = min(self._clock(), sealed_tallies.oldest_opening(self._spool))
            passed, waits = list(catalogue.due(ready)), self._heartbeat.waits()
            due = [pair for instant, pair in passed if not waits(instant)]
            self._close(store, catalogue, due)
            if any(waits(instant) and instant > catalogue.handed_over for instant, _ in passed):
                self._hand_over(store, catalogue, ready)
            truncate_log(self.engine, patience=0)  # the next close tries again: not worth waiting
            self._seat_reservation.keep(catalogue, self._clock())
            return len(due)

    def reserve(self) -> None:
        """Go on with working out which values keep their seats, of a few sites at a time."""
        with self._batches.up_to_date() as (_, catalogue):
            self._seat_reservation.keep(catalogue, self._clock())

    def coarsen(self) -> bool:
        """Go on with deleting days and weeks that are kept no longer; gives whether there is more."""
        with self._batches.up_to_date() as (_, catalogue):
            return self._coarsening.go_on(catalogue, self._clock())

    def save(self, file: Path, passphrase: str) -> int:
        """Move all that is pending into an encrypted file; gives the number of sites. Raises SpoolError."""
        with self._batches.settled() as store:
            merge(self._spool, store, self._clock())
            return saved.save(self._spool, store, file, passphrase)

    def load(self, file: Path, passphrase: str) -> int:
        """Add what a saved file holds, once; gives the number of sites. Raises SpoolError."""
        spool = saved.open_saved(file, passphrase)
        with self._batches.up_to_date() as (store, catalogue):
            while self._seat_reservation.keep(catalogue, self._clock()):
                pass
            if not self._batches.load(store, spool):
                raise SpoolError(f"{file} was loaded before: its counts are in already")
            return len(spool.sites)

    @contextmanager
    def standing_still(self) -> Iterator[Mapping[str, SitePending]]:
        """Hold the spool with nothing under way; gives what is pending by site.

        Meanwhile nothing goes from here into the database: what is read of it then fits with what is pending.
        """
        with self._batches.settled() as store:
            merge(self._spool, store, self._clock())
            yield dict(store.sites)

    def finish(self) -> None:
        """Finish what is under way: a load, a batch."""
        with self._batches.settled():
            pass

    def seen(self) -> None:
        """Note in the database that this spool is alive."""
        self._heartbeat.note()

    def _releases(
        self, site: Site, store: PendingStore, catalogue: Catalogue, now: float, with_breakdowns: bool
    ) -> list[Release]:
        pending = store.sites[site.key]
        with reading(self.engine) as connection:
            stored = cells.stored(connection, site.key, [Period.parse(name) for name in pending.periods])
            draw_for = closing.draws(quarter_keys.of_quarters(connection, self._ring))

            def is_open(period: Period) -> bool:
                return not catalogue.has_passed(site.key, period, now)

            return list(releasing.releases_of(site, pending, stored, draw_for, is_open, with_breakdowns))

    def _close(self, store: PendingStore, catalogue: Catalogue, due: Sequence[SitePeriod]) -> None:
        with reading(self.engine) as connection:
            key_of = quarter_keys.of_quarters(connection, self._ring)
            for _, period in due:
                key_of(quarter_of(period.last))  # a missing key is said before anything is put down
            sizes = cells.sizes(connection, [(site, period.name) for site, period in due])
        closings = [closing.build_closing(catalogue, store, *pair) for pair in due]
        self._write(store, catalogue, (part for part in closings if not closing.is_sum_of_days(part)), sizes)
        # By now all their days are closed.
        self._write(
            store,
            catalogue,
            (self._with_sums(catalogue, part) for part in closings if closing.is_sum_of_days(part)),
            sizes,
        )

    def _with_sums(self, catalogue: Catalogue, part: Closing) -> Closing:
        with reading(self.engine) as connection:
            site, month = catalogue.sites[part.site], Period.parse(part.period)
            return replace(part, sums=published.sums_of_days(connection, site, month))

    def _write(
        self, store: PendingStore, catalogue: Catalogue, closings: Iterable[Closing], sizes: Mapping[Pair, int]
    ) -> None:
        def size(part: Closing) -> int:
            return 1 + size_of(part.counts) + len(part.sums) + sizes.get(part.pair, 0)

        for portion in portions(closings, size):
            self._batches.write(store, Batch(closings=portion))
            for part in portion:
                catalogue.note_closed(part.site, Period.parse(part.period))

    def _hand_over(self, store: PendingStore, catalogue: Catalogue, ready: float) -> None:
        hand_overs = list(closing.hand_overs(catalogue, store, ready))
        for portion in portions(hand_overs, lambda hand_over: 1 + size_of(hand_over.counts)):
            self._batches.write(store, Batch(hand_overs=portion))
        self._batches.write(store, Batch(handed_over=ready))


def _size(releases: Sequence[Release]) -> int:
    return sum(size_of(release.counts) for release in releases)


def create_keeper(config: Config, clock: Callable[[], float] = time.time, engine: Engine | None = None) -> Keeper:
    """A keeper; on the engine of a command, or on one of its own."""
    return Keeper(
        spool=Spool(config.spool_dir),
        engine=engine or connect(config.database_url, BUSY_SECONDS),
        ring=KeyRing(config.secret_keys),
        clock=clock,
        pauses=Pauses(config.release_seconds, config.breakdown_seconds),
        hits_per_minute=config.hits_per_minute * config.workers,
    )
