"""The batch under way: a redo record, written before the database is touched.

A batch is put down whole, then applied to the database (which remembers its number in the same transaction),
then taken off the pending files (which remember it too), then removed. Whatever step a crash interrupts, all of
them are repeated, and those already done change nothing.
"""

from __future__ import annotations

import msgspec

from consent_service.domain.counting import Counts, minus
from consent_service.domain.rollup import Row
from consent_service.spool.pending import PendingStore, SitePending
from consent_service.spool.place import Spool, write_whole


class Release(msgspec.Struct, array_like=True):
    """Pending counts of one open cell that go to the database."""

    site: str
    period: str
    dimension: str
    value: str
    counts: Counts


class Closing(msgspec.Struct, array_like=True):
    """A period that becomes final: its published rows, and the settings that were in force."""

    site: str
    period: str
    threshold: int
    detail: str
    timezone: str
    digest: str
    rows: list[Row]


class Batch(msgspec.Struct, array_like=True):
    """``visits`` gives, for each released site, the new visits that this release accounts for."""

    number: int
    time: float
    releases: list[Release]
    visits: dict[str, int]
    closings: list[Closing]


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
    sites = {*batch.visits, *(release.site for release in batch.releases), *(one.site for one in batch.closings)}
    for site in sorted(sites & store.sites.keys()):
        if store.sites[site].batch < batch.number:
            store.save(site, _without(store.sites[site], site, batch))
    spool.batch.unlink()


def _without(present: SitePending, site: str, batch: Batch) -> SitePending:
    following = present.copy()
    following.batch = batch.number
    if site in batch.visits:
        following.visits -= batch.visits[site]
        following.released = batch.time
    for release in batch.releases:
        if release.site == site:
            _take(following, release)
    for closing in batch.closings:
        if closing.site == site:
            following.periods.pop(closing.period, None)
    return following


def _take(pending: SitePending, release: Release) -> None:
    """A cell that is empty now keeps its place, so that its value keeps its seat."""
    breakdown = pending.periods[release.period][release.dimension]
    breakdown[release.value] = minus(breakdown[release.value], release.counts)
