"""PostgreSQL that does not answer: who waits for it, how long, and how soon again.

Whatever waits here waits in a step of the keeper, which keeps it from merging, or on one of a worker's few threads.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Connection

from consent_service.domain.errors import UserError
from consent_service.storage.database.timeouts import BUSY_SECONDS

SILENT_SECONDS = 5
"""After an answer that did not come nobody asks again for so long."""

LONG_SECONDS = 1
"""A connection that takes so long to fail went to a host that does not answer; one that is refused fails at once."""

CONNECTING = {
    "connect_timeout": BUSY_SECONDS,
    # A host that vanishes says nothing. Without these a query would wait for it as long as TCP does: 15 minutes.
    "tcp_user_timeout": 2 * BUSY_SECONDS * 1000,
    "keepalives_idle": BUSY_SECONDS,
    "keepalives_interval": BUSY_SECONDS,
    "keepalives_count": 2,
    # psycopg prepares what it has run five times, in the server process that it has then. Behind a pooler the next
    # transaction has another one.
    "prepare_threshold": None,
}
"""What libpq takes, in seconds, but for tcp_user_timeout in milliseconds; and the last, which psycopg takes."""


class StatementPooling(UserError, psycopg.OperationalError):
    """A pooler takes transactions apart; its message says what to set."""

    def __init__(self) -> None:
        super().__init__(
            "the pooler before PostgreSQL gives each statement a connection of its own; set pool_mode = transaction "
            "in PgBouncer's settings, or name PostgreSQL itself in CONSENT_DATABASE_URL"
        )


T = TypeVar("T")


class Silence:
    """After a host that did not answer in time, connections fail at once for a while.

    Otherwise each request for an unknown site would hold a thread for as long as a connection takes to fail.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._ends = float("-inf")

    def begin(self) -> None:
        self._ends = self._monotonic() + SILENT_SECONDS

    def during(self, connect: Callable[[], T]) -> T:
        """What connecting gives. Raises psycopg.OperationalError."""
        start = self._monotonic()
        if start < self._ends:
            raise psycopg.OperationalError("the database did not answer a moment ago")
        try:
            return connect()
        except psycopg.Error:
            if self._monotonic() - start >= LONG_SECONDS:
                self.begin()
            raise


class PatientConnection(psycopg.Connection[Any]):
    """A connection that is closed when an answer takes longer than its patience.

    Also that to a commit: whether it came through is not known then, and it is never taken for done. The server may
    hang, a table be locked, a commit wait for a replica that is gone; a limit that the server keeps would help in
    the second case alone, and let the third end as if the replica had it.
    """

    patience: float | None = None
    silence: Silence

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        start, patience = time.monotonic(), timeout or self.patience
        try:
            return super().wait(gen, interval, patience)
        except psycopg.OperationalError:
            if patience is None or time.monotonic() - start < patience:
                raise
            self.close()
            self.silence.begin()
            raise psycopg.OperationalError("the database did not answer in time") from None


def opener(patience: float | None) -> Callable[..., PatientConnection]:
    """Gives what opens connections, for SQLAlchemy's event ``do_connect``."""
    silence = Silence(time.monotonic)

    def open_one(_: Any, __: Any, arguments: Any, options: Any) -> PatientConnection:
        connection = silence.during(lambda: PatientConnection.connect(*arguments, **options))
        connection.patience, connection.silence = patience, silence
        _check_transactions(connection)
        return connection

    return open_one


def _check_transactions(connection: psycopg.Connection[Any]) -> None:
    """Raise StatementPooling if a pooler refuses transactions of more than one statement, which all of ours are."""
    try:
        connection.execute("SELECT 1")  # psycopg begins a transaction first
    except psycopg.Error as error:
        connection.close()
        if "statement pooling" in str(error):
            raise StatementPooling from None
        raise
    connection.rollback()


def lock_limit(patience: float) -> Callable[[Connection], None]:
    """Gives what begins transactions, for SQLAlchemy's event ``begin``: the server's own end of a wait for a lock.

    Nobody waits for its answer any more then. It is set for the transaction and not for the session: behind a pooler
    a session is shared with others, and the next transaction has another one.
    """
    statement = f"SET LOCAL lock_timeout = {int(2_000 * patience)}"

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    return begin
