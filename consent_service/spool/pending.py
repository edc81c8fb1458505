"""Pending counts: what is merged but not yet in the database. One file per site, replaced whole."""

from __future__ import annotations

from urllib.parse import quote, unquote

import msgspec

from consent_service.domain.counting.counts import PeriodCounts
from consent_service.domain.counting.hourly_cap import Hours
from consent_service.spool.directory import Spool, write_whole


class SitePending(msgspec.Struct, array_like=True):
    """The pending counts of one site, by the name of the period.

    ``merged`` and ``batch`` number the last merge and the last batch that this file contains, so that repeating
    either after a crash changes nothing; ``loaded`` names the saved spool that was added last. ``visits`` counts
    the new visits since the last release, ``hours`` the hits of the last week by hour. ``covers`` are the covers that
    were drawn, by period and dimension: nothing else on this machine or in the database says which they are.
    ``broken_down`` is when breakdowns were last released.
    """

    merged: int = 0
    batch: int = 0
    visits: int = 0
    released: float = 0.0
    loaded: str = ""
    periods: dict[str, PeriodCounts] = {}
    hours: Hours = {}
    covers: dict[str, dict[str, str]] = {}
    broken_down: float = 0.0

    def copy(self) -> SitePending:
        """A copy to change. It shares the counts, which are replaced and never changed in place."""
        periods = {
            period: {dimension: dict(breakdown) for dimension, breakdown in breakdowns.items()}
            for period, breakdowns in self.periods.items()
        }
        covers = {period: dict(drawn) for period, drawn in self.covers.items()}
        return msgspec.structs.replace(self, periods=periods, hours=dict(self.hours), covers=covers)


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(SitePending)


class PendingStore:
    """All pending files of a spool, with a copy in this process."""

    def __init__(self, spool: Spool) -> None:
        self._folder = spool.pending
        self.sites: dict[str, SitePending] = {
            unquote(file.name): _decoder.decode(file.read_bytes())
            for file in sorted(self._folder.iterdir())
            if file.suffix != ".new"
        }

    @property
    def last_merge(self) -> int:
        return max((pending.merged for pending in self.sites.values()), default=0)

    @property
    def last_batch(self) -> int:
        return max((pending.batch for pending in self.sites.values()), default=0)

    def save(self, site: str, pending: SitePending) -> None:
        """Raises OSError (ENOSPC); then the file holds what it held before, and so does the copy."""
        write_whole(self._folder / quote(site, safe=""), _encoder.encode(pending))
        self.sites[site] = pending

    def remove(self, site: str) -> None:
        self.sites.pop(site, None)
        (self._folder / quote(site, safe="")).unlink(missing_ok=True)


def is_pending(spool: Spool, site: str) -> bool:
    """Whether this machine has ever merged a hit of a site and still has its file."""
    return (spool.pending / quote(site, safe="")).exists()
