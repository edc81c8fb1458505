"""Add, change and remove a site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from consent_service.administration import publishing
from consent_service.administration.publishing import Publication
from consent_service.domain.calendar import periods
from consent_service.domain.notice.notice import Terms
from consent_service.domain.notice.texts import Texts
from consent_service.domain.notice.wording import DEFAULT_TEXTS
from consent_service.domain.site import Site
from consent_service.domain.snippet.options import Options
from consent_service.storage import sites
from consent_service.storage.database.engine import truncate_log, writing
from consent_service.storage.database.timeouts import BUSY_SECONDS
from consent_service.storage.people import audit_trail
from consent_service.storage.people.audit_trail import Actor

LOG_PATIENCE = BUSY_SECONDS
"""Seconds that a removal waits for whoever uses SQLite's log."""


@dataclass(frozen=True)
class SiteSettings:
    """What a site is to be; ``terms`` are None where none are to be published."""

    name: str
    hosts: Sequence[str]
    options: Options
    terms: Terms | None = None


def add(
    connection: Connection,
    actor: Actor,
    name: str,
    hosts: Sequence[str],
    terms: Terms,
    texts: Texts = DEFAULT_TEXTS,
) -> Site:
    """Add a site whose notice is current from the actor's day on, in the site's time zone. Raises SiteError."""
    today = periods.local_day(actor.now, ZoneInfo(terms.timezone))
    site = sites.add(connection, name, hosts, terms, today, texts)
    # Not by its name: that goes with the site, and the trail stays.
    audit_trail.note(connection, actor, "site added", site.key)
    return site


def change(
    connection: Connection,
    actor: Actor,
    site: Site,
    settings: SiteSettings,
    changed: Sequence[str],
    *,
    has_data: bool,
) -> Publication | None:
    """Change name, host names and options at once, and publish the terms; return what was published.

    ``changed`` names the settings for the audit trail, without their values: the trail outlives a site that is
    removed. ``has_data`` is what `publishing.has_data` says of the site. Raises SiteError and OptionsError.
    """
    if (settings.name, tuple(settings.hosts), settings.options) != (site.name, site.hosts, site.options):
        sites.amend(connection, site.key, settings.name, settings.hosts, settings.options)
    if changed:
        audit_trail.note(connection, actor, "site changed", site.key, changed=", ".join(changed))
    if settings.terms is None:
        return None
    return publishing.publish(connection, actor, site, has_data=has_data, terms=settings.terms)


def remove(engine: Engine, actor: Actor, key: str, patience: int = LOG_PATIENCE) -> None:
    """Remove a site with everything that belongs to it, and empty SQLite's log, in which it would still stand.

    What waits in a spool goes with the keeper's next step. The audit trail stays. ``patience`` is how many seconds
    to wait for others who are reading; where that is too short, the keeper empties the log within the minute.
    """
    with writing(engine) as connection:
        if sites.remove(connection, key):
            audit_trail.note(connection, actor, "site removed", key)
    truncate_log(engine, patience)
