"""Connecting to SQLite or PostgreSQL, and the two kinds of transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event
from sqlalchemy.exc import InterfaceError, OperationalError

from consent_service.domain.errors import UserError
from consent_service.storage.database.lock_holders import users_of
from consent_service.storage.database.timeouts import BUSY_SECONDS, COMMAND_SECONDS

AWAY = (OperationalError, InterfaceError)
"""What SQLAlchemy raises when the database cannot be reached, is locked or has no room."""

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",  # what is deleted is overwritten: promise 3 covers free pages
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    "PRAGMA temp_store = MEMORY",  # nothing is sorted in a temporary file
)


def connect(url: URL, patience: float | None = COMMAND_SECONDS) -> Engine:
    """An engine; nothing is opened yet. ``patience`` is how many seconds an answer of PostgreSQL is waited for."""
    if url.drivername == "sqlite":
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    from consent_service.storage.database.postgresql import CONNECTING, lock_limit, opener  # noqa: PLC0415 - a service on SQLite needs no psycopg

    engine = create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=CONNECTING)
    event.listen(engine, "do_connect", opener(patience))
    if patience is not None:
        event.listen(engine, "begin", lock_limit(patience))
    return engine


def close_connections(engine: Engine) -> None:
    """Close all connections: those that are in use once they come back.

    `Engine.dispose` alone abandons the latter, and since Python 3.13 an unclosed SQLite connection causes a warning.
    """
    event.listen(engine.pool, "checkin", _close)
    engine.dispose()


def _close(connection: Any, _: Any) -> None:
    if connection is not None:  # it may have broken, and is closed then
        connection.close()


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's begin event starts transactions, not the driver
    for pragma in _PRAGMAS:
        connection.execute(pragma).close()


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE: a writer waits for the lock at its start; one that began by reading could only fail.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads."""
    with engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes; it commits when the block ends well."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


def check_safe(engine: Engine) -> None:
    """SQLite must overwrite what it deletes and have a log that can be emptied; it is. Raises UserError."""
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        if connection.exec_driver_sql("PRAGMA secure_delete").scalar() != 1:
            raise UserError("this SQLite does not overwrite deleted rows (secure_delete); use another build")
        if connection.exec_driver_sql("PRAGMA journal_mode").scalar() != "wal":
            raise UserError(f"{engine.url.database} is on a file system without shared memory (no WAL); move it")
    if not truncate_log(engine):
        who = users_of(Path(engine.url.database or ""))
        raise UserError(f"the log of {engine.url.database} cannot be emptied: {who} uses it; end that first")


def truncate_log(engine: Engine, patience: int = BUSY_SECONDS) -> bool:
    """Empty SQLite's log, so that it does not keep what a close has folded away; False while somebody uses it.

    ``patience`` is how many seconds whoever uses it is waited for.
    """
    if is_shared(engine):
        return True
    with engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {patience * 1000}")
        busy: int = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        return not busy


def is_shared(engine: Engine) -> bool:
    """Whether several machines may write to this database."""
    return engine.dialect.name != "sqlite"


def insert_new(connection: Connection, table: Table, **values: object) -> bool:
    """Insert a row unless there is one with its key; True if there was none."""
    dialect = import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    statement = dialect.insert(table).values(values).on_conflict_do_nothing()
    return connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount == 1


def shown_url(engine: Engine) -> str:
    """The database's address without its password, for messages."""
    if engine.dialect.name == "sqlite":
        return str(Path(engine.url.database or ""))
    places = {name: value for name, value in engine.url.query.items() if name in ("host", "port")}
    return engine.url.set(query=places).render_as_string(hide_password=True)  # a query may hold a password too
