"""The batch under way: a redo record, written before the database is touched.

A batch is put down whole, then applied to the database (which remembers its number in the same transaction),
then taken off the pending files (which remember it too), then removed. Whatever step a crash interrupts, all of
them are repeated, and those already done change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import msgspec

from consent_service.domain.counting import Counts, PeriodCounts, minus
from consent_service.spool.pending import PendingStore, SitePending
from consent_service.spool.place import Spool, write_whole


class Part(msgspec.Struct, array_like=True):
    """What a batch writes of one period of one site."""

    site: str
    period: str


class Release(Part):
    """Pending counts of one open cell."""

    dimension: str
    value: str
    counts: Counts


class HandOver(Part):
    """What this spool still holds of a period that is over, for whichever machine closes it."""

    pending: PeriodCounts


class Closing(Part):
    """A period that becomes final: what this spool still holds of it, and the settings that were in force."""

    threshold: int
    detail: str
    timezone: str
    pending: PeriodCounts


class Batch(msgspec.Struct, array_like=True):
    """What goes to the database in one transaction. Number and time come when it is put down.

    ``visits`` gives, for each released site, the new visits that this release accounts for.

    ``handed_over``, if not 0, is the instant up to which this spool then holds nothing of any period that was over.
    """

    number: int = 0
    time: float = 0
    releases: list[Release] = []
    visits: dict[str, int] = {}
    hand_overs: list[HandOver] = []
    handed_over: float = 0
    closings: list[Closing] = []


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
    releases = _by_site(batch.releases)
    finished: dict[str, list[Part]] = _by_site([*batch.hand_overs, *batch.closings])
    for site in sorted({*batch.visits, *releases, *finished} & store.sites.keys()):
        present = store.sites[site]
        if present.batch < batch.number:
            store.save(site, _without(present, batch, site, releases.get(site, []), finished.get(site, [])))
    spool.batch.unlink()


P = TypeVar("P", bound=Part)


def _by_site(parts: Iterable[P]) -> dict[str, list[P]]:
    by_site: dict[str, list[P]] = {}
    for part in parts:
        by_site.setdefault(part.site, []).append(part)
    return by_site


def _without(
    present: SitePending, batch: Batch, site: str, releases: list[Release], finished: list[Part]
) -> SitePending:
    following = present.copy()
    following.batch = batch.number
    if site in batch.visits:
        following.visits -= batch.visits[site]
        following.released = batch.time
    for release in releases:
        _take(following, release)
    for one in finished:
        following.periods.pop(one.period, None)
    return following


def _take(pending: SitePending, release: Release) -> None:
    """A cell that is empty now keeps its place, so that its value keeps its seat."""
    breakdown = pending.periods[release.period][release.dimension]
    breakdown[release.value] = minus(breakdown[release.value], release.counts)
