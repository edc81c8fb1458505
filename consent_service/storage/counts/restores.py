"""When backups were restored, and up to when each knew: what came between is in no count."""

from __future__ import annotations

from sqlalchemy import Connection, func, insert, select

from consent_service.storage.tables import restores


def note(connection: Connection, known_until: float, now: float) -> None:
    """Note a restore, in its transaction; both in seconds since 1970."""
    connection.execute(insert(restores).values(restored_at=now, known_until=known_until))


def last(connection: Connection) -> float:
    """When a backup was last restored, in seconds since 1970; 0 if none ever was."""
    return connection.scalar(select(func.max(restores.c.restored_at))) or 0
