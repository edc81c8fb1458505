"""The composition root: everything is wired here, and the clock comes in here."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask

from consent_service.collect import responses
from consent_service.collect.cache import SiteCache
from consent_service.collect.collector import Collector
from consent_service.collect.countries import countries_by_zone
from consent_service.collect.increments import Increments
from consent_service.collect.rate_limit import RateLimit
from consent_service.collect.request import HitRequest
from consent_service.collect.responses import PlainResponse
from consent_service.collect.user_agents import Families, load_user_agents
from consent_service.config import Config
from consent_service.front.pages import Pages
from consent_service.front.pool import Pool
from consent_service.reporting.sums_cache import SumsCache
from consent_service.security.attempts import Attempts, PerMinute
from consent_service.security.encryption import Cipher
from consent_service.security.hashing import KNOWN_PLACES, STRANGERS_PLACES, Hashing
from consent_service.security.tokens import KeyRing
from consent_service.serving import faults, time_zones
from consent_service.serving.faults import LogOnce
from consent_service.spool.capped_sites import SiteCaps
from consent_service.spool.directory import Spool
from consent_service.spool.generation import Generation
from consent_service.spool.writer import TallyWriter
from consent_service.storage import sites
from consent_service.storage.counts import quarter_keys
from consent_service.storage.database.engine import connect, reading
from consent_service.storage.database.timeouts import WORKER_SECONDS
from consent_service.web import bodies, health, metrics, owner
from consent_service.web.negative_cache import NegativeCache
from consent_service.web.pinned import Pinned
from consent_service.web.quiet import QuietFlask
from consent_service.web.security import headers, session
from consent_service.web.services import Services
from consent_service.web.site_reader import SiteReader
from consent_service.web.visitors import notices, privacy, public, receipt

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

log = logging.getLogger(__name__)

Clock = Callable[[], float]


@dataclass(frozen=True)
class Foundation:
    """What is the same in all workers, made before they are forked: they share its memory.

    It has opened no file, holds no lock and has started no thread.
    """

    flask: QuietFlask
    families: Callable[[str], Families]
    countries: Mapping[str, str]
    say: LogOnce

    @classmethod
    def lay(cls, config: Config) -> Foundation:
        time_zones.use_newest()
        say = LogOnce(log)
        flask = QuietFlask("consent_service.web", static_folder="assets", static_url_path="/assets", say=say)
        _set_up(flask, config)
        return cls(flask, load_user_agents().families, countries_by_zone(), say)


class App:
    """One worker: what decides on hits, what answers everything else, and the writer that it counts with."""

    def __init__(self, config: Config, clock: Clock = time.time, foundation: Foundation | None = None) -> None:
        shared = foundation or Foundation.lay(config)
        spool = Spool(config.spool_dir)
        generation = Generation(spool)
        rate_limit = RateLimit(config.hits_per_minute, config.trusted_proxies, clock)
        ring = KeyRing(config.secret_keys)
        self.writer = TallyWriter(spool, clock)
        self.flask = shared.flask
        self._say = shared.say
        self.collector = Collector(
            writer=self.writer,
            cache=SiteCache(generation),
            caps=SiteCaps(spool, generation),
            admits=rate_limit.admits,
            increments=Increments(shared.families, shared.countries.get),
            ring=ring,
            clock=clock,
        )
        self.services = Services(
            config=config,
            clock=clock,
            monotonic=time.monotonic,
            engine=connect(config.database_url, WORKER_SECONDS),
            reader=SiteReader(self.collector.cache),
            spool=spool,
            generation=generation,
            ring=ring,
            rate_limit=rate_limit,
            writer=self.writer,
            collector=self.collector,
            unknown_sites=NegativeCache(),
            pinned=Pinned(),
            families=shared.families,
            cipher=Cipher(config.secret_keys),
            attempts=Attempts(clock),
            hashing=Hashing(spool.path, clock),
            stranger_counts=PerMinute(clock),
            known_counts=PerMinute(clock),
            sums_cache=SumsCache(),
            say=self._say,
        )
        self.flask.extensions["consent_service"] = self.services
        self.pools = Pools(self.flask)
        self.pages = Pages(
            self.flask.wsgi_app, self._refusal_of, bodies.largest_body(self.flask), self.pools.of, self._say
        )

    def preload(self) -> None:
        """Cache all sites before the first hit comes, if that many fit.

        A site that is not cached is read when a hit of it comes, by Flask: thousands of them would keep a worker busy
        for seconds.
        """
        # Without the database, or with a site that cannot be read, each is read when a hit of it comes.
        with suppress(Exception), reading(self.services.engine) as connection:
            # As the keeper will: later all that was cached here would be dropped.
            self.services.generation.move_to(sites.generation(connection))
            self.services.reader.read_all(connection)
            quarter_keys.load(connection, self.services.ring)

    def _refusal_of(self, path: str) -> PlainResponse | None:
        """What a path is answered that names a site which there is not, where many ask for such."""
        key = path[3:].partition("/")[0]
        is_known = not path.startswith("/s/") or key in self.collector.cache.sites or self.collector.may_exist(key)
        return None if is_known else UNKNOWN_SITE

    def decide(self, request: HitRequest) -> PlainResponse | None:
        """Decide on a hit; None if it is for Flask to read the database first. Fails closed: never raises."""
        try:
            return self.collector.decide(request)
        except Exception as error:  # noqa: BLE001 - its words and its traceback may hold what a visitor sent
            self._say(faults.describe(error))
            with suppress(Exception):  # counting it can be what went wrong
                self.collector.refuse(responses.FAULT)
            return responses.FAULT


UNKNOWN_SITE = PlainResponse("404 Not Found", b"There is no site with this key.\n")

STRANGERS_THREADS = STRANGERS_PLACES + KNOWN_PLACES + 1
"""One more than may wait for a password's hash."""

LONGEST_QUEUE = 100
"""Requests to pages that wait for a thread; what is beyond is told to come again."""

MOST_HITS = 10_000
"""That wait while a worker reads what it does not know yet: they are short, and soon known."""


class Pools:
    """Threads by what is asked for, so that neither keeps the other waiting.

    Python keeps one thread busy; the others wait for the database, or for a password's hash.
    """

    def __init__(self, flask: Flask) -> None:
        self._flask = flask
        threads = {"visitors": 2, "strangers": STRANGERS_THREADS, "owners": 4, "programs": 2}
        self._pools = {name: Pool(name, number, LONGEST_QUEUE) for name, number in threads.items()}
        self._pools["hits"] = Pool("hits", 1, MOST_HITS)

    def of(self, environ: WSGIEnvironment) -> Pool:
        """The pool that answers a request, by its environ."""
        return self._pools[self._name_of(environ)]

    def _name_of(self, environ: WSGIEnvironment) -> str:
        path = environ["PATH_INFO"]
        if headers.is_visitors(path):
            return "hits" if path == "/hit" else "visitors"
        if headers.is_api(path):
            return "programs"
        return "owners" if session.is_named(self._flask, environ) else "strangers"

    @property
    def under_way(self) -> int:
        """How many requests have a thread or wait for one."""
        return sum(pool.under_way for pool in self._pools.values())


def create_app(config: Config, clock: Clock = time.time, foundation: Foundation | None = None) -> App:
    return App(config, clock, foundation)


def _set_up(flask: Flask, config: Config) -> None:
    """Add all that is answered."""
    flask.secret_key = config.secret_keys[0]
    bodies.install(flask)
    for module in (public, notices, privacy, receipt, health, metrics):
        flask.register_blueprint(module.blueprint)
    owner.install(flask, config)
