"""Publish a site's terms or texts: one function for the pages and the commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta

from sqlalchemy import Connection, Engine

from consent_service.domain.calendar.periods import Period, starts_at
from consent_service.domain.notice.notice import Terms
from consent_service.domain.notice.texts import Texts
from consent_service.domain.notice.timeline import Edition, withdraws
from consent_service.domain.site import Site
from consent_service.spool.directory import Spool
from consent_service.spool.sealed_tallies import has_counted
from consent_service.storage import sites
from consent_service.storage.counts import cells, closed, spools
from consent_service.storage.database.engine import is_shared
from consent_service.storage.people import audit_trail
from consent_service.storage.people.audit_trail import Actor


@dataclass(frozen=True)
class Publication:
    """The editions that a publication made, and whether it withdrew one that waited for its month."""

    editions: Sequence[Edition]
    withdraws: bool


def publish(
    connection: Connection,
    actor: Actor,
    site: Site,
    *,
    has_data: bool,
    terms: Terms | None = None,
    texts: Texts | None = None,
) -> Publication:
    """Publish as of the actor's day, and note it in the audit trail, in the same transaction.

    ``has_data`` is what `has_data` says of the site: until it has, its terms change at once.
    """
    today = site.today(actor.now)
    month = Period.of(today, "month")
    editions = sites.publish(connection, site, month, has_data, terms=terms, texts=texts, today=today)
    publication = Publication(editions, withdraws(site.timeline, month, editions))
    for edition in editions:
        details = {"digest": edition.notice.digest, "current_from": edition.current_from.name}
        audit_trail.note(connection, actor, "notice published", site.key, **details)
    if publication.withdraws:
        audit_trail.note(connection, actor, "notice withdrawn", site.key)
    return publication


def has_data(connection: Connection, engine: Engine, spool: Spool, key: str) -> bool:
    """Whether a hit of a site may have been counted: here, or on another machine. The spool is the service's own."""
    return (
        cells.has_cells(connection, key)
        # What was closed may have been folded into nothing, and the spool be lost or saved since.
        or closed.any_of(connection, key)
        or has_counted(spool, key)
        or (is_shared(engine) and _has_company(connection, spool, key))
    )


def _has_company(connection: Connection, spool: Spool, key: str) -> bool:
    """Whether another machine was there since the site was made; it may be stopped, and have its spool still."""
    made = starts_at(sites.get(connection, key).created_on - timedelta(days=1), UTC)
    return any(other.last_seen >= made for other in spools.others(connection, spool.id))
