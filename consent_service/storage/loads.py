"""Which saved spools were loaded, and by which spool."""

from __future__ import annotations

from sqlalchemy import Connection, select

from consent_service.storage.engine import insert_new
from consent_service.storage.tables import loads


def note(connection: Connection, saved: str, spool: str) -> bool:
    """Note that a spool loads a saved file; False if one has done so before."""
    return insert_new(connection, loads, id=saved, spool=spool)


def is_noted(connection: Connection, saved: str, spool: str) -> bool:
    query = select(loads.c.id).where(loads.c.id == saved, loads.c.spool == spool)
    return connection.execute(query).first() is not None
