"""Sites that have had as many hits in an hour as they may have: the keeper says which, workers refuse the rest.

The file names the hour and the sites; a word in the mapped file ``generation`` moves when it was written anew, so
that a hit costs one load and a comparison. What it says ends with its hour, also if no keeper is there any more.
It is a cache: one that is lost is written again after the next merge, and until then nothing is refused.
"""

from __future__ import annotations

import msgspec

from consent_service.domain.counting import hourly_cap
from consent_service.spool.directory import Spool, write_whole
from consent_service.spool.generation import Generation
from consent_service.spool.pending import PendingStore


class CappedSites(msgspec.Struct, array_like=True, frozen=True):
    """Sites that are over their cap, and the hour (since 1970) in which they are."""

    hour: int = 0
    sites: frozenset[str] = frozenset()


NO_SITES = CappedSites()

_decode = msgspec.msgpack.Decoder(CappedSites).decode


def read(spool: Spool) -> CappedSites:
    try:
        return _decode(spool.capped.read_bytes())
    except FileNotFoundError:
        return NO_SITES


def find_capped(store: PendingStore, now: float, hits_per_minute: int) -> CappedSites:
    """Which sites are over their cap; none if no sender is limited either.

    No cap is less than what one sender may send in an hour, which is ``hits_per_minute`` of all workers together.
    """
    hour, least = hourly_cap.hour_of(now), 60 * hits_per_minute
    keys = [site for site, pending in store.sites.items() if least and hourly_cap.is_over(pending.hours, hour, least)]
    return CappedSites(hour, frozenset(keys)) if keys else NO_SITES


class SiteCaps:
    """The capped sites that were published last, as a keeper writes them and as a worker reads them."""

    def __init__(self, spool: Spool, generation: Generation) -> None:
        self._spool = spool
        self._generation = generation
        self._known = NO_SITES
        self._known_in = -1
        self._has_told = False

    def publish(self, capped: CappedSites) -> None:
        """Tell the workers, if it is not what this keeper told them last. Raises OSError (ENOSPC)."""
        if capped != self._known or not self._has_told:
            write_whole(self._spool.capped, msgspec.msgpack.encode(capped))
            self._generation.move_caps()
            self._known, self._has_told = capped, True

    def is_capped(self, site: str, now: float) -> bool:
        """Whether a site's hits are refused now. Fails open: without the file none are."""
        moved = self._generation.caps()
        if moved != self._known_in:
            self._known, self._known_in = read(self._spool), moved
        return site in self._known.sites and hourly_cap.hour_of(now) == self._known.hour
