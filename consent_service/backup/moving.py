"""Moving everything from one database to another, of either kind. The spool stays where it is.

Which batch came last from each spool goes with the counts. So what the spool has under way, a batch or a load, is
finished on the new database just as it would have been on the old one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, insert

from consent_service.backup import rows
from consent_service.domain.errors import UserError
from consent_service.storage.counts import spools
from consent_service.storage.database import migrate, schema
from consent_service.storage.database.engine import shown_url, writing
from consent_service.storage.people import audit_trail
from consent_service.storage.people.audit_trail import Actor
from consent_service.storage.tables import moved

LATELY_SECONDS = 180
"""A machine that is alive is noted each minute, and its instant is cut to the minute."""


@contextmanager
def source(engine: Engine, spool: str, now: float) -> Iterator[Connection]:
    """The database that is left; nobody else writes meanwhile. Raises UserError while another machine works on it."""
    with rows.frozen(engine) as connection:
        schema.check_in_use(connection)
        if any(other.last_seen > now - LATELY_SECONDS for other in spools.others(connection, spool)):
            raise UserError(
                f"another machine has used {shown_url(engine)} within the last three minutes: stop the service on all "
                "machines, and wait so long"
            )
        yield connection


def move(connection: Connection, target: Engine, now: float, told: Callable[[int], object]) -> None:
    """Fill an empty database with all that a source holds, in one transaction, and mark the source afterwards.

    The target gets its tables first if it has none. Cut short, either holds everything that it held; between the two
    transactions both do, and only the source has the older mark: to go on with either is right.
    """
    place = shown_url(target)
    with writing(target) as filled:
        if schema.revision_in(filled) is None:
            migrate.upgrade(filled)
        schema.check_in_use(filled)
        rows.check_empty(filled, place)
        for number in rows.fill(filled, rows.read(connection)):
            told(number)
        audit_trail.note(filled, Actor(audit_trail.COMMAND_LINE, now), "database moved")
    connection.execute(insert(moved).values(id=1, place=place))
