"""The spools that write to this database: which batch came last from each, and how far it has handed over."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, func, select, update

from consent_service.storage.database.engine import insert_new
from consent_service.storage.tables import spools


class Machine(NamedTuple):
    """A spool as the database knows it; instants are seconds since 1970, by its own machine's clock."""

    last_seen: float = 0
    """when it was last noted as alive, to the minute; 0 if never"""
    handed_over: float = 0
    """up to which instant it holds nothing more of any period that was over"""
    last_batch: int = 0
    """the number of the last batch applied from it; 0 if none was"""


_COLUMNS = (spools.c.last_seen, spools.c.handed_over, spools.c.last_batch)


def seen(connection: Connection, spool: str, now: float) -> None:
    """Note that a spool is alive. Cut to the minute: what is written tells of a clock, not of a visit."""
    minute = now - now % 60
    _know(connection, spool)
    connection.execute(update(spools).where(spools.c.id == spool).values(last_seen=minute))


def of(connection: Connection, spool: str) -> Machine:
    """What is known of a spool; all zeros if it never wrote here."""
    row = connection.execute(select(*_COLUMNS).where(spools.c.id == spool)).one_or_none()
    return Machine(*row) if row else Machine()


def others(connection: Connection, spool: str) -> list[Machine]:
    """Every other spool that ever wrote here."""
    return [Machine(*row) for row in connection.execute(select(*_COLUMNS).where(spools.c.id != spool))]


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
