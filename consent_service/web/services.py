"""What the pages work with; put together in one place, `consent_service.app`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import Engine

from consent_service.collect.collector import Collector
from consent_service.collect.rate_limit import RateLimit
from consent_service.collect.user_agents import Families
from consent_service.config import Config
from consent_service.reporting.sums_cache import SumsCache
from consent_service.security.attempts import Attempts, PerMinute
from consent_service.security.encryption import Cipher
from consent_service.security.hashing import Hashing
from consent_service.security.tokens import KeyRing
from consent_service.serving.faults import LogOnce
from consent_service.spool.directory import Spool
from consent_service.spool.generation import Generation
from consent_service.spool.writer import TallyWriter
from consent_service.web.negative_cache import NegativeCache
from consent_service.web.pinned import Pinned
from consent_service.web.site_reader import SiteReader


@dataclass
class Services:
    """The parts of one worker. ``clock`` gives seconds since 1970, ``monotonic`` those of the machine's own clock.

    ``families`` are the browser's and system's of an agent header. ``stranger_counts`` has the sign-ins of
    browsers that are not known, ``known_counts`` those of the others, and what tokens read. ``say`` logs faults, once.
    """

    config: Config
    clock: Callable[[], float]
    monotonic: Callable[[], float]
    engine: Engine
    reader: SiteReader
    spool: Spool
    generation: Generation
    ring: KeyRing
    rate_limit: RateLimit
    writer: TallyWriter
    collector: Collector
    unknown_sites: NegativeCache
    pinned: Pinned
    families: Callable[[str], Families]
    cipher: Cipher
    attempts: Attempts
    hashing: Hashing
    stranger_counts: PerMinute
    known_counts: PerMinute
    sums_cache: SumsCache
    say: LogOnce


def services() -> Services:
    """The parts of the worker that answers this request."""
    parts: Services = current_app.extensions["consent_service"]
    return parts
