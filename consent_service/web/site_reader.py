"""Reading sites into a worker's cache: all of them at once if that many fit, for a hit of each would come soon."""

from __future__ import annotations

import threading

from sqlalchemy import Connection, Engine

from consent_service.collect.cache import MOST_CACHED, MOST_KEYS, CachedSite, SiteCache
from consent_service.domain.site import Site
from consent_service.storage import sites
from consent_service.storage.database.engine import reading


class SiteReader:
    """Fills a cache. Of several threads that want it filled at once one reads, and the others wait for it."""

    def __init__(self, cache: SiteCache) -> None:
        self._cache = cache
        self._read_in: int | None = None
        """the generation in which all were read, or were too many"""
        self._lock = threading.Lock()

    def read(self, engine: Engine, key: str) -> CachedSite | None:
        """A site that is not cached, and with it all others if none were read since something changed.

        Raises what AWAY names.
        """
        with self._lock:
            cached = self._cache.site(key)
            if cached is not None:
                return cached
            with reading(engine) as connection:
                if self._read_in != self._cache.generation:
                    self.read_all(connection)
                return self._cache.site(key) or self._read_one(connection, key)

    def read_all(self, connection: Connection) -> None:
        """The keys of all sites, and the sites, as far as there is room for them."""
        self._cache.invalidate_if_stale()
        generation = self._cache.generation
        keys = sites.keys(connection, MOST_KEYS)
        if keys is not None and len(keys) <= MOST_CACHED:
            for site in sites.everyone(connection):
                self._cache.add_site(_cached(site), generation)
        if keys is not None:
            self._cache.add_keys(keys, generation)
        self._read_in = generation

    def _read_one(self, connection: Connection, key: str) -> CachedSite | None:
        generation = self._cache.generation
        site = sites.find(connection, key)
        if site is None:
            return None
        cached = _cached(site)
        self._cache.add_site(cached, generation)
        return cached


def _cached(site: Site) -> CachedSite:
    return CachedSite(site.key, site.hosts, site.timeline, site.options)
