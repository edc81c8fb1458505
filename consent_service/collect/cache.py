"""What a worker keeps of sites and tokens, bounded and in memory only, until a site or notice changes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from consent_service.domain.calendar import periods
from consent_service.domain.counting.dimensions import DIMENSIONS, MISSING
from consent_service.domain.notice.timeline import Timeline
from consent_service.domain.snippet.options import Options
from consent_service.spool.generation import Generation
from consent_service.spool.tally import Book

K = TypeVar("K", bound=Hashable)

MOST_CACHED = 10_000
MOST_KEYS = 100_000
"""Some ten megabytes."""
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
    hosts: frozenset[str]
    """the site's own"""


class CachedSite:
    """What a worker needs of a site to answer its hits."""

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
            described=tuple(name for name in terms.dimensions if name != MISSING and DIMENSIONS[name].first),
            declared=frozenset(terms.dimensions),
            events=frozenset(terms.events),
            hosts=self.hosts,
        )


@dataclass(frozen=True)
class CachedToken:
    """What a token that was verified says."""

    site: str
    quarters: tuple[str, str]
    """in which it is valid"""
    declared: frozenset[str]
    """the dimensions of the notice that was accepted"""
    events: frozenset[str]
    """its events"""


class SiteCache:
    """The sites and tokens that a worker has met since a site or notice last changed.

    The hot path calls `invalidate_if_stale` once for each hit and then reads the two maps.
    """

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self._cached_in = generation.current()
        self.sites: dict[str, CachedSite] = {}
        """by key"""
        self.tokens: dict[str, CachedToken] = {}
        """by text"""
        self.bad_tokens: dict[str, None] = {}
        """texts that are none"""
        self.keys: frozenset[str] | None = None
        """of all sites that there are; None where they have not been read, or are too many"""

    def site(self, key: str) -> CachedSite | None:
        """Give a site, or None if it has to be read from the database."""
        self.invalidate_if_stale()
        return self.sites.get(key)

    def add_site(self, site: CachedSite, generation: int) -> None:
        """Add a site that was read in a generation; what was read before a change is not kept."""
        if generation == self._cached_in == self._generation.current():
            evict_if_full(self.sites)
            self.sites[site.key] = site

    def add_token(self, text: str, token: CachedToken) -> None:
        evict_if_full(self.tokens)
        self.tokens[text] = token

    @property
    def generation(self) -> int:
        """The one that is now; what is read from here on is of it, or of a later one."""
        return self._generation.current()

    def add_keys(self, keys: Collection[str], generation: int) -> None:
        """Note the keys of all sites, as they were read in a generation."""
        if generation == self._cached_in == self._generation.current():
            self.keys = frozenset(keys)

    def add_bad_token(self, text: str) -> None:
        evict_if_full(self.bad_tokens)
        self.bad_tokens[text] = None

    def invalidate_if_stale(self) -> None:
        """Empty the cache if a site or notice has changed since it was last empty."""
        if self._cached_in != self._generation.current():
            following = self._generation.current()
            self.keys = None
            self.sites.clear()
            self.tokens.clear()
            self.bad_tokens.clear()
            self._cached_in = following  # at the end: what another thread adds now must not be cleared


class Memo(dict[K, str]):
    """The results of a function of texts from outside: computed once for each text or tuple, then a look-up."""

    def __init__(self, compute: Callable[[K], str]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, text: K) -> str:
        evict_if_full(self)
        value = self[text] = self._compute(text)
        return value


def evict_if_full(cache: dict[Any, Any]) -> None:
    """Keep a map bounded: empty it once it has `MOST_CACHED` entries.

    That costs a few look-ups now and then, where a map in order of use would cost bookkeeping with each hit.
    """
    if len(cache) >= MOST_CACHED:
        cache.clear()
