"""Releasing: which sites' pending counts may be written while their periods are open, and which of their cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting.counts import Breakdown, PeriodCounts
from consent_service.domain.counting.dimensions import DIMENSIONS
from consent_service.domain.disclosure import release
from consent_service.domain.disclosure.cover import Draw
from consent_service.domain.disclosure.release import has_enough_visits, may_release
from consent_service.domain.site import Site
from consent_service.spool.batch import Release
from consent_service.spool.pending import PendingStore, SitePending

DrawFor = Callable[[str, Period, str], Draw]
"""Gives the keyed draws of a site, period and dimension."""


@dataclass(frozen=True)
class Pauses:
    """Seconds between two releases of a site's totals, and of its breakdowns."""

    totals: int
    breakdowns: int


def is_due(site: Site, store: PendingStore, now: float, pause: int) -> bool:
    """At least k new visits are pending, and the last release is long enough ago."""
    pending = store.sites.get(site.key)
    if pending is None:
        return False
    return pending.visits >= site.timeline.on(site.timeline.day_at(now)).notice.terms.threshold and _is_past(
        pending.released, now, pause
    )


def breakdowns_are_due(pending: SitePending, now: float, pause: int) -> bool:
    """Whether the last release of a site's breakdowns is long enough ago."""
    return _is_past(pending.broken_down, now, pause)


def _is_past(last: float, now: float, pause: int) -> bool:
    # A clock that was set back must not hold releases up.
    return abs(now - last) >= pause


def releases_of(
    site: Site,
    pending: SitePending,
    stored: Mapping[Period, PeriodCounts],
    draw_for: DrawFor,
    is_open: Callable[[Period], bool],
    with_breakdowns: bool,
) -> Iterator[Release]:
    """What may be written of a site's open periods: the totals, and if it is their turn the breakdowns.

    Nothing is written of a period that is over: of several machines the one that closes it must know that what is
    stored under a name then stays.
    """
    for name, counts in pending.periods.items():
        period = Period.parse(name)
        if is_open(period):
            drawn = pending.covers.get(name, {})
            part = _release(site, period, counts, stored[period], drawn, draw_for, with_breakdowns)
            if part.counts or part.covers:
                yield part


def _release(
    site: Site,
    period: Period,
    pending: PeriodCounts,
    stored: PeriodCounts,
    drawn: dict[str, str],
    draw_for: DrawFor,
    with_breakdowns: bool,
) -> Release:
    threshold = site.timeline.threshold(period)
    part = Release(site.key, period.name, {}, {})
    has_breakdowns = with_breakdowns and has_enough_visits(stored.get("site", {}).get(""), threshold)
    for name, cells in pending.items():
        dimension = DIMENSIONS[name]
        if dimension.total:
            released = _release_total(cells, stored.get(name, {}), threshold)
        elif dimension.within or not has_breakdowns:
            continue
        else:
            draw = draw_for(site.key, period, name)
            released, cover = release.release(
                dimension, cells, stored.get(name, {}), drawn.get(name, ""), threshold, draw
            )
            if cover and name not in drawn:
                part.covers[name] = cover
        if released:
            part.counts[name] = released
    return part


def _release_total(pending: Breakdown, stored: Breakdown, threshold: int) -> Breakdown:
    return {value: counts for value, counts in pending.items() if may_release(counts, stored.get(value), threshold)}
