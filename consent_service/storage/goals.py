"""Events whose share of the visits a site's page shows."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, select

from consent_service.domain.errors import UserError
from consent_service.domain.site import Site
from consent_service.storage.tables import goals

LONGEST_NAME = 60


def declared(site: Site) -> list[str]:
    """The events that can be goals: those that any edition of the notice declares, for older ones have numbers too."""
    return sorted({event for edition in site.timeline.editions for event in edition.notice.terms.events})


def add(connection: Connection, site: Site, event: str, name: str) -> None:
    """Raises UserError."""
    tidy = " ".join(name.split())
    if event not in declared(site):
        raise UserError("one of the events that the notice declares is needed", "event")
    if not 0 < len(tidy) <= LONGEST_NAME or not tidy.isprintable():
        raise UserError(f"a name of at most {LONGEST_NAME} characters is needed", "name")
    if event in of(connection, site.key):
        raise UserError("this event is a goal already", "event")
    connection.execute(insert(goals).values(site=site.key, event=event, name=tidy))


def remove(connection: Connection, site: str, event: str) -> str | None:
    """The name of the one that was removed; None if there was none such."""
    name = of(connection, site).get(event)
    if name is not None:
        connection.execute(delete(goals).where(goals.c.site == site, goals.c.event == event))
    return name


def of(connection: Connection, site: str) -> Mapping[str, str]:
    """Names by event, in the order of the names."""
    query = select(goals.c.event, goals.c.name).where(goals.c.site == site).order_by(goals.c.name, goals.c.event)
    return {row.event: row.name for row in connection.execute(query)}
