"""All tables of a database: read as they are at one moment, and written into an empty one in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

from sqlalchemy import Connection, Engine, Table, delete, func, select, text, update

from consent_service.domain.errors import UserError
from consent_service.storage.database.engine import is_shared, writing
from consent_service.storage.tables import accounts, cells, changes, closed_periods, metadata, moved, sites

TABLES = {"".join(table.name): table for table in metadata.sorted_tables if table is not moved}
"""By name, a plain text, each after those that its rows name; all but the note that a database was left."""

AT_ONCE = 1_000
"""Rows of one portion."""

Portion: TypeAlias = tuple[str, Sequence[Sequence[Any]]]
"""the name of a table, and rows of it, their columns in order"""


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, and sees what is there at this moment however long it takes."""
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if is_shared(engine) else {}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        connection.execute(select(changes.c.generation))  # with its first answer a transaction's moment is fixed
        yield connection


@contextmanager
def frozen(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes, during which nobody else does."""
    with writing(engine) as connection:
        if is_shared(engine):  # SQLite has one writer at a time
            connection.execute(text(f"LOCK TABLE {', '.join(metadata.tables)} IN SHARE ROW EXCLUSIVE MODE"))
        yield connection


def count(connection: Connection) -> int:
    """How many rows there are in all tables."""
    return sum(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in TABLES.values())


def read(connection: Connection) -> Iterator[Portion]:
    """All rows, in portions, each table after those that its rows name."""
    for name, table in TABLES.items():
        query = select(table).order_by(*table.primary_key)
        for part in connection.execute(query, execution_options={"yield_per": AT_ONCE}).partitions():
            yield name, [tuple(row) for row in part]


def check_empty(connection: Connection, shown_url: str) -> None:
    """Raises UserError where there is anything that somebody made or counted."""
    for table in (sites, accounts, cells, closed_periods):
        if connection.execute(select(table).limit(1)).first() is not None:
            raise UserError(f"{shown_url} holds {table.name.replace('_', ' ')} already: an empty database is needed")


def fill(connection: Connection, portions: Iterable[Portion]) -> Iterator[int]:
    """Write all rows into a database that is empty, in a transaction under way; yields the rows of each portion.

    What a first start has written goes: which key signs which quarter is as it was where the rows come from.
    """
    before = connection.execute(select(changes.c.generation)).scalar_one()
    for table in reversed(TABLES.values()):
        connection.execute(delete(table))
    for name, rows in portions:
        _insert(connection, TABLES[name], rows)
        yield len(rows)
    # Workers that know either database read sites and notices again.
    highest = max(before, connection.execute(select(changes.c.generation)).scalar_one())
    connection.execute(update(changes).values(generation=highest + 1))


def _insert(connection: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    """By what takes each driver the least: rows as tuples, and COPY, which takes a third of what inserts take."""
    columns = ", ".join(table.columns.keys())
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * len(table.columns))
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({columns}) VALUES ({places})", list(map(tuple, rows)))  # noqa: S608 - names of our own
        return
    import psycopg  # noqa: PLC0415 - on SQLite there need be none

    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    try:
        with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:  # past SQLAlchemy; what follows its first line may quote a row
        raise UserError(f"the database says: {str(error).strip().splitlines()[0]}") from None
