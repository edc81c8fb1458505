"""The editions of sites' notices. Each stays as it was published: what a visitor agreed to can be shown for ever."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Connection, Row, delete, func, insert, select

from consent_service.domain.calendar.periods import Period
from consent_service.domain.errors import UserError
from consent_service.domain.notice.notice import read_notice
from consent_service.domain.notice.timeline import Edition, Timeline
from consent_service.storage.tables import notices


def add(connection: Connection, site: str, editions: Iterable[Edition]) -> None:
    """Write editions behind those that the site has."""
    last = connection.scalar(select(func.max(notices.c.position)).where(notices.c.site == site))
    for position, edition in enumerate(editions, (last or 0) + 1):
        row = {
            "site": site,
            "position": position,
            "digest": edition.notice.digest,
            "document": edition.notice.canonical(),
            "current_from": edition.current_from.name,
            "published_on": edition.published_on.isoformat() if edition.published_on else "",
        }
        connection.execute(insert(notices).values(row))


def drop_waiting(connection: Connection, site: str, month: Period) -> None:
    """Delete what was to become current after a month: nobody has seen it."""
    connection.execute(delete(notices).where(notices.c.site == site, notices.c.current_from > month.name))


def timelines(connection: Connection, site: str | None = None) -> Mapping[str, Timeline]:
    """By site, or of one site alone. Raises UserError where the database holds a notice that cannot be used."""
    query = select(notices).order_by(notices.c.site, notices.c.position)
    if site is not None:
        query = query.where(notices.c.site == site)
    rows: dict[str, list[Row[tuple[object, ...]]]] = {}
    for row in connection.execute(query):
        rows.setdefault(row.site, []).append(row)
    return {key: _timeline(key, some) for key, some in rows.items()}


def _timeline(site: str, rows: Iterable[Row[tuple[object, ...]]]) -> Timeline:
    try:
        return Timeline([_edition(row) for row in rows])
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"the notice of site {site} in the database cannot be used: {error}") from error


def _edition(row: Row[tuple[object, ...]]) -> Edition:
    published_on = date.fromisoformat(row.published_on) if row.published_on else None
    return Edition(read_notice(json.loads(row.document)), Period.parse(row.current_from), published_on)
