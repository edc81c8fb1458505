"""Scripts that sites' pages have pinned: each stays as it was, whatever becomes of notice, options and service."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from consent_service.storage.database.engine import insert_new
from consent_service.storage.sites import announce
from consent_service.storage.tables import pins


def add(connection: Connection, site: str, digest: str, script: str) -> None:
    """Keep a script under its digest; nothing, if it is there."""
    if insert_new(connection, pins, site=site, digest=digest, script=script):
        announce(connection)


def scripts(connection: Connection, site: str) -> dict[str, str]:
    """All pinned scripts of a site, by digest."""
    rows = connection.execute(select(pins.c.digest, pins.c.script).where(pins.c.site == site).order_by(pins.c.digest))
    return {row.digest: row.script for row in rows}


def remove(connection: Connection, site: str, digest: str) -> bool:
    """Whether there was one."""
    removed = connection.execute(delete(pins).where(pins.c.site == site, pins.c.digest == digest)).rowcount > 0
    if removed:
        announce(connection)
    return removed
