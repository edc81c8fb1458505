"""Which secret key signs which quarter. A new key signs from the next quarter on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, select

from consent_service.domain.calendar import periods
from consent_service.security.tokens import KeyRing
from consent_service.storage.database.engine import insert_new
from consent_service.storage.tables import quarter_keys


def of_quarters(connection: Connection, ring: KeyRing) -> Callable[[str], str]:
    """Gives the secret key of any quarter, which raises MissingKey.

    A quarter without a key of its own has that of the one before; where there is none, the oldest that is known, and
    without any the newest of the ring. Read when first asked, within the transaction.
    """

    @cache
    def read() -> Sequence[Row[Any]]:
        return connection.execute(select(quarter_keys).order_by(quarter_keys.c.quarter)).all()

    def key_of(quarter: str) -> str:
        rows = read()
        started = [row.fingerprint for row in rows if row.quarter <= quarter] or [row.fingerprint for row in rows[:1]]
        return ring.key(started[-1] if started else ring.newest_fingerprint)

    return key_of


def are_assigned(connection: Connection, quarters: Iterable[str]) -> bool:
    """Whether each of the quarters has its key."""
    return set(quarters) <= set(connection.scalars(select(quarter_keys.c.quarter)))


def assign(connection: Connection, quarters: Collection[str], ring: KeyRing) -> None:
    """Fix the key of quarters that have none yet: the newest. Raises MissingKey if the key of one is not in the ring.

    The service does so ahead of time, so that nothing is written because of one person who accepts.
    """
    load(connection, ring)  # a machine with other keys must not come in with a new quarter
    for quarter in quarters:
        insert_new(connection, quarter_keys, quarter=quarter, fingerprint=ring.newest_fingerprint)
    load(connection, ring, min(quarters))


def load(connection: Connection, ring: KeyRing, present: str = "") -> None:
    """Teach the ring every quarter's key.

    Raises MissingKey if one is not in the ring that tokens need: those of the present quarter, the one before and what
    follows, and without a present one the last two.
    """
    rows = connection.execute(select(quarter_keys).order_by(quarter_keys.c.quarter)).all()
    needed = [row for row in rows if periods.quarter_after(row.quarter) >= present] if present else rows[-2:]
    for row in rows:
        if row in needed or ring.has(row.fingerprint):
            ring.assign(row.quarter, row.fingerprint)
