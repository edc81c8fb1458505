"""What a worker remembers of sites and tokens, bounded and in memory only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from consent_service.domain.calendar import periods
from consent_service.domain.counting.dimensions import DIMENSIONS
from consent_service.domain.notice.timeline import Timeline
from consent_service.domain.snippet.options import Options
from consent_service.spool.tally import Book

MOST_REMEMBERED = 10_000
SLICE_SECONDS = 900
"""Every zone's hours and days begin on a quarter of an hour, counted from 1970."""


@dataclass(frozen=True)
class Moment:
    """What is the same for all hits of a site within a quarter of an hour."""

    start: float
    book: Book
    hour: str
    quarter: str
    described: tuple[str, ...]
    """the declared dimensions that describe a visitor, in each of which a visit has one value"""
    declared: frozenset[str]
    events: frozenset[str]


class KnownSite:
    """What a worker remembers of a site."""

    def __init__(self, key: str, hosts: Iterable[str], timeline: Timeline, options: Options) -> None:
        self.key = key
        self.hosts = frozenset(hosts)
        self.timeline = timeline
        self.options = options
        self._moment: Moment | None = None

    def at(self, now: float) -> Moment:
        moment = self._moment
        if moment is None or not 0 <= now - moment.start < SLICE_SECONDS:
            moment = self._moment = self._compute(now)
        return moment

    def _compute(self, now: float) -> Moment:
        day = self.timeline.day_at(now)
        terms = self.timeline.on(day).notice.terms
        return Moment(
            start=now - now % SLICE_SECONDS,
            book=(self.key, terms.detail, day.isoformat()),
            hour=str(periods.local_hour(now, ZoneInfo(terms.timezone))),
            quarter=periods.quarter_of(day),
            described=tuple(name for name in terms.dimensions if DIMENSIONS[name].first),
            declared=frozenset(terms.dimensions),
            events=frozenset(terms.events),
        )


@dataclass(frozen=True)
class KnownToken:
    site: str
    quarters: tuple[str, str]
    """in which it is valid"""
    declared: frozenset[str]
    """the dimensions of the notice that was accepted"""
    events: frozenset[str]
    """its events"""


class Remembered(dict[str, str]):
    """What texts from outside are counted as, worked out once for each, so that the next time costs a look-up."""

    def __init__(self, work_out: Callable[[str], str]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, text: str) -> str:
        make_room(self)
        value = self[text] = self._work_out(text)
        return value


def make_room(memory: dict[str, Any]) -> None:
    """Keep a map bounded: a full one starts anew, which costs a few look-ups and no bookkeeping."""
    if len(memory) >= MOST_REMEMBERED:
        memory.clear()
