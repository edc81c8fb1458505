"""Sites and tokens as a request finds them: as this worker has them cached, else as the database has them."""

from __future__ import annotations

from datetime import date

from flask import abort, request

from consent_service.collect.cache import CachedSite
from consent_service.domain.notice.consent import Consent
from consent_service.domain.notice.timeline import Edition
from consent_service.security.tokens import UnknownQuarter
from consent_service.storage.counts import quarter_keys
from consent_service.storage.database.engine import AWAY, reading
from consent_service.web.services import services


def find_site(key: str) -> CachedSite | None:
    """A site as this worker has it cached, else as the database does. Raises what AWAY names."""
    parts = services()
    cached = parts.collector.cache.site(key)
    if cached is not None or parts.unknown_sites.holds(key, parts.clock()):
        return cached
    site = parts.reader.read(parts.engine, key)
    if site is None:
        parts.unknown_sites.add(key, parts.clock())
    return site


def cached_site_or_404(key: str) -> CachedSite:
    """A site, for a path that names it. Fails closed: 503 where the database would have to be asked and is away.

    Asking for one that this worker does not know is limited as hits are.
    """
    if services().collector.cache.site(key) is None and not is_admitted():
        abort(429)
    try:
        site = find_site(key)
    except AWAY:
        abort(503, "The database is away; the notice of this site is not cached yet.")
    if site is None:
        abort(404, "There is no site with this key.")
    return site


def is_admitted() -> bool:
    """Count a request of a sender; False if there were too many in this minute."""
    return services().rate_limit.admits(request.remote_addr or "", request.headers.get("X-Forwarded-For", ""))


def today(site: CachedSite) -> date:
    """The site's day."""
    return site.timeline.day_at(services().clock())


def current(site: CachedSite) -> Edition:
    return site.timeline.on(today(site))


def read_token(text: str) -> Consent:
    """The consent that a token states. Raises BadToken, MissingKey and what AWAY names."""
    parts = services()
    try:
        return parts.ring.read(text)
    except UnknownQuarter:
        # Another worker may have met this quarter first.
        with reading(parts.engine) as connection:
            quarter_keys.load(connection, parts.ring)
        return parts.ring.read(text)
