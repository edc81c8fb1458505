"""The batch under way: a redo record, written before the database is touched.

A batch is put down whole, then applied to the database (which remembers its number in the same transaction),
then taken off the pending files (which remember it too), then removed. Whatever step a crash interrupts, all of
them are repeated, and those already done change nothing.
"""

from __future__ import annotations

import msgspec

from consent_service.domain.counting.counts import PeriodCounts, cells_of, minus
from consent_service.domain.disclosure.publication import PublishedRow
from consent_service.spool.directory import Spool, write_whole
from consent_service.spool.pending import PendingStore, SitePending


class BatchItem(msgspec.Struct, array_like=True):
    """What a batch writes of one period of one site."""

    site: str
    period: str
    counts: PeriodCounts
    covers: dict[str, str] = {}
    """The covers of this machine by dimension."""

    @property
    def pair(self) -> tuple[str, str]:
        return self.site, self.period


class Release(BatchItem):
    """Pending counts of open cells."""


class HandOver(BatchItem):
    """What this spool still holds of a period that is over, for whichever machine closes it."""


class Closing(BatchItem, kw_only=True):
    """A period that becomes final: what this spool still holds of it, and the settings that were in force.

    ``sums`` are the rows of its closed days added up, of a month that was counted by day.
    """

    threshold: int
    detail: str
    timezone: str
    sums: list[PublishedRow] = []


class Batch(msgspec.Struct, array_like=True):
    """What goes to the database in one transaction. Number and time come when it is put down.

    ``visits`` gives, for each released site, the new visits that this release accounts for; ``broken_down`` names those
    of which breakdowns were released too.

    ``handed_over``, if not 0, is the instant up to which this spool then holds nothing of any period that was over.
    """

    number: int = 0
    time: float = 0
    releases: list[Release] = []
    visits: dict[str, int] = {}
    broken_down: list[str] = []
    hand_overs: list[HandOver] = []
    handed_over: float = 0
    closings: list[Closing] = []

    @property
    def parts(self) -> list[BatchItem]:
        return [*self.releases, *self.hand_overs, *self.closings]


def put(spool: Spool, batch: Batch) -> None:
    """Raises OSError (ENOSPC); then nothing has changed."""
    write_whole(spool.batch, msgspec.msgpack.encode(batch))


def under_way(spool: Spool) -> Batch | None:
    try:
        return msgspec.msgpack.decode(spool.batch.read_bytes(), type=Batch)
    except FileNotFoundError:
        return None


def settle(spool: Spool, store: PendingStore, batch: Batch) -> None:
    """Take what the database now holds off the pending files, and forget the batch. Raises OSError (ENOSPC)."""
    parts: dict[str, list[BatchItem]] = {site: [] for site in batch.visits}
    for part in batch.parts:
        parts.setdefault(part.site, []).append(part)
    for site in sorted(parts.keys() & store.sites.keys()):
        present = store.sites[site]
        if present.batch < batch.number:
            store.save(site, _without(present, batch, site, parts[site]))
    spool.batch.unlink()


def _without(present: SitePending, batch: Batch, site: str, parts: list[BatchItem]) -> SitePending:
    following = present.copy()
    following.batch = batch.number
    if site in batch.visits:
        following.visits -= batch.visits[site]
        following.released = batch.time
    if site in batch.broken_down:
        following.broken_down = batch.time
    for part in parts:
        if isinstance(part, Release):
            _take(following.periods[part.period], part.counts)
            following.covers[part.period] = {**following.covers.get(part.period, {}), **part.covers}
        else:
            following.periods.pop(part.period, None)
            following.covers.pop(part.period, None)
    return following


def _take(pending: PeriodCounts, released: PeriodCounts) -> None:
    """A cell that is empty now keeps its place, so that its value keeps its seat."""
    for dimension, value, counts in cells_of(released):
        pending[dimension][value] = minus(pending[dimension][value], counts)
