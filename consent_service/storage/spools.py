"""The spools that write to this database: which batch came last from each, and how far it has handed over."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, func, select, update

from consent_service.storage.engine import insert_new
from consent_service.storage.tables import spools


class Machine(NamedTuple):
    """A spool as the others see it; both are seconds since 1970, by its own machine's clock."""

    last_seen: float
    handed_over: float


def seen(connection: Connection, spool: str, now: float) -> None:
    """Note that a spool is alive. Cut to the minute: what is written tells of a clock, not of a visit."""
    minute = now - now % 60
    _know(connection, spool)
    connection.execute(update(spools).where(spools.c.id == spool).values(last_seen=minute))


def last_seen(connection: Connection, spool: str) -> float:
    """When a spool was last noted as alive; 0 if never."""
    instant: float | None = connection.execute(select(spools.c.last_seen).where(spools.c.id == spool)).scalar()
    return instant or 0


def last_batch(connection: Connection, spool: str) -> int:
    """The number of the last batch applied from a spool; 0 if none was."""
    number: int | None = connection.execute(select(spools.c.last_batch).where(spools.c.id == spool)).scalar()
    return number or 0


def handed_over(connection: Connection, spool: str) -> float:
    """Up to which instant a spool holds nothing more of any period that was over."""
    instant: float | None = connection.execute(select(spools.c.handed_over).where(spools.c.id == spool)).scalar()
    return instant or 0


def others(connection: Connection, spool: str) -> list[Machine]:
    """Every other spool that ever wrote here."""
    query = select(spools.c.last_seen, spools.c.handed_over).where(spools.c.id != spool)
    return [Machine(row.last_seen, row.handed_over) for row in connection.execute(query)]


def advance(connection: Connection, spool: str, batch: int, handed_over: float) -> bool:
    """Note that a batch is applied in this transaction; False if it was before.

    The row may be missing though the spool is old: a database that was restored from a backup may not know it, or
    be some batches behind.
    """
    _know(connection, spool)
    is_next = (spools.c.id == spool) & (spools.c.last_batch < batch)
    highest = func.greatest if connection.dialect.name == "postgresql" else func.max
    values = {"last_batch": batch, "handed_over": highest(spools.c.handed_over, handed_over)}
    return connection.execute(update(spools).where(is_next).values(values)).rowcount == 1


def _know(connection: Connection, spool: str) -> None:
    insert_new(connection, spools, id=spool, last_batch=0, last_seen=0, handed_over=0)
