"""Releasing: which sites' pending counts may be written while their periods are open, and which of their cells."""

from __future__ import annotations

from collections.abc import Mapping

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting.counts import PeriodCounts, cells_of
from consent_service.domain.counting.dimensions import OTHER
from consent_service.domain.disclosure.suppression import may_release
from consent_service.domain.site import Site
from consent_service.spool.batch import Release
from consent_service.spool.pending import PendingStore, SitePending


def is_due(site: Site, store: PendingStore, now: float, pause: int) -> bool:
    """At least k new visits are pending, and the last release is long enough ago."""
    pending = store.sites.get(site.key)
    if pending is None:
        return False
    # A clock that was set back must not hold releases up.
    waited = abs(now - pending.released)
    return pending.visits >= site.timeline.on(site.timeline.day_at(now)).notice.terms.threshold and waited >= pause


def releases_of(site: Site, pending: SitePending, stored: Mapping[Period, PeriodCounts]) -> list[Release]:
    """The cells of a site that have support k in all, and at least k pending visits; by period."""
    releasable = {
        name: _releasable(counts, stored[period], site.timeline.threshold(period))
        for name, counts in pending.periods.items()
        for period in (Period.parse(name),)
    }
    return [Release(site.key, name, counts) for name, counts in releasable.items() if counts]


def _releasable(pending: PeriodCounts, stored: PeriodCounts, threshold: int) -> PeriodCounts:
    releasable: PeriodCounts = {}
    for dimension, value, counts in cells_of(pending):
        # What a cap turned away is many values under one name: its support is not known, so it waits.
        if value != OTHER and may_release(counts, stored.get(dimension, {}).get(value), threshold):
            releasable.setdefault(dimension, {})[value] = counts
    return releasable
