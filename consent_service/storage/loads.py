"""Which saved spools were loaded, and by which spool."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from consent_service.storage.tables import loads


def note(connection: Connection, saved: str, spool: str) -> bool:
    """Note that a spool loads a saved file; False if one has done so before."""
    try:
        with connection.begin_nested():
            connection.execute(insert(loads).values(id=saved, spool=spool))
    except IntegrityError:
        return False
    return True


def is_noted(connection: Connection, saved: str, spool: str) -> bool:
    query = select(loads.c.id).where(loads.c.id == saved, loads.c.spool == spool)
    return connection.execute(query).first() is not None
