"""Making periods final: whom a close waits for, and what goes into it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple
from zoneinfo import ZoneInfo

from consent_service.domain.calendar.periods import Period, quarter_of, starts_at
from consent_service.domain.counting import dimensions
from consent_service.domain.counting.counts import PeriodCounts
from consent_service.domain.disclosure import publication
from consent_service.domain.disclosure.cover import Draw
from consent_service.domain.disclosure.publication import PublishedRow
from consent_service.keeper.catalogue import Catalogue
from consent_service.security import tokens
from consent_service.spool.batch import Closing, HandOver
from consent_service.spool.pending import PendingStore, SitePending
from consent_service.storage.counts.spools import Machine

ALIVE_SECONDS = 600
"""A machine that the database has not seen for so long is not waited for."""

PATIENCE_SECONDS = 3_600
"""How long after a period's end the machines that are alive are waited for."""


class Absence(NamedTuple):
    """When this machine last was without the database: the last instant before, and the first after."""

    start: float = 0
    end: float = 0


def is_alive(machine: Machine, instant: float) -> bool:
    """Whether a machine was seen lately, as of an instant."""
    return machine.last_seen > instant - ALIVE_SECONDS


def awaits_hand_over(passed: float, now: float, others: Iterable[Machine], absence: Absence) -> bool:
    """Whether another machine may still hand over what it holds of a period that had passed then.

    If the database was away it was so for all: who was alive before gets the time to come back.
    """
    horizon = absence.start if now < absence.end + ALIVE_SECONDS else now
    has_patience = now < max(passed, absence.end) + PATIENCE_SECONDS
    return has_patience and any(is_alive(machine, horizon) and machine.handed_over < passed for machine in others)


def build_closing(catalogue: Catalogue, store: PendingStore, site: str, period: Period) -> Closing:
    """What closes a period: the settings of its last day, and what this spool still holds of it."""
    timeline = catalogue.sites[site].timeline
    terms = timeline.on(period.last).notice.terms
    pending = store.sites.get(site, SitePending())
    return Closing(
        site,
        period.name,
        pending.periods.get(period.name, {}),
        pending.covers.get(period.name, {}),
        threshold=timeline.threshold(period),
        detail=terms.detail,
        timezone=terms.timezone,
    )


def is_sum_of_days(closing: Closing) -> bool:
    """Whether its days are closed before it, and added up."""
    return dimensions.is_sum_of_days(closing.detail, Period.parse(closing.period))


def hand_overs(catalogue: Catalogue, store: PendingStore, instant: float) -> Iterator[HandOver]:
    """What this spool holds of periods that have passed by then."""
    for site, pending in store.sites.items():
        for name, counts in pending.periods.items():
            if catalogue.has_passed(site, Period.parse(name), instant):
                yield HandOver(site, name, counts, pending.covers.get(name, {}))


def rows_of(
    closing: Closing, stored: PeriodCounts, key_of: Callable[[str], str], restored_at: float = 0
) -> list[PublishedRow]:
    """What is published of a period. Raises MissingKey.

    ``restored_at`` is when a backup was last restored. What came between the backup and that instant is lost; so each
    count of a period that had begun by then is told as "or more". That takes the marks alone: of the same counts the
    same rows are published as ever.
    """
    draw_for = draws(key_of)

    def draw(dimension: str) -> Draw:
        return draw_for(closing.site, Period.parse(closing.period), dimension)

    rows = publication.close(stored, closing.counts, closing.covers, closing.threshold, draw, closing.sums)
    begins = starts_at(Period.parse(closing.period).first, ZoneInfo(closing.timezone))
    return list(map(publication.as_lower_bound, rows)) if begins < restored_at else rows


def draws(key_of: Callable[[str], str]) -> Callable[[str, Period, str], Draw]:
    """Give the draws of a site, period and dimension, by the secret key of the period's last quarter."""

    def draw_for(site: str, period: Period, dimension: str) -> Draw:
        return tokens.draw(key_of(quarter_of(period.last)), site, period.name, dimension)

    return draw_for
