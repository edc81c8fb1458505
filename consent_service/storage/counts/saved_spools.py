"""Which saved spools were loaded, and by which spool."""

from __future__ import annotations

from sqlalchemy import Connection, select

from consent_service.storage.database.engine import insert_new
from consent_service.storage.tables import loads


def note(connection: Connection, saved: str, spool: str) -> bool:
    """Note that a spool loads a saved file; False if another spool has.

    Inserted first and read afterwards: an insert waits for an earlier attempt whose commit is in doubt.
    """
    insert_new(connection, loads, id=saved, spool=spool)
    return connection.scalar(select(loads.c.spool).where(loads.c.id == saved)) == spool


def is_noted(connection: Connection, saved: str) -> bool:
    """Whether any spool has loaded a saved file."""
    return connection.execute(select(loads.c.id).where(loads.c.id == saved)).first() is not None
