"""The live schema against the list of what may be there: a column or a trigger more could hold someone."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, inspect, text

from consent_service.audit.findings import Finding, fail, ok, some
from consent_service.audit.installation import Installation
from consent_service.storage.database.engine import reading
from consent_service.storage.tables import metadata

ALLOWED = {table.name: {column.name for column in table.columns} for table in metadata.tables.values()} | {
    "alembic_version": {"version_num"}
}
"""Every table with its columns; the last one is Alembic's own."""

_SQLITE = """SELECT type, name FROM sqlite_master
WHERE type IN ('view', 'trigger') OR (type = 'index' AND sql IS NOT NULL)
OR (type = 'table' AND name LIKE 'sqlite%')"""

_POSTGRESQL = """
WITH ours AS (
    SELECT c.oid, c.relname, c.relkind, n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e'))
SELECT CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence'
       WHEN 'f' THEN 'foreign table' ELSE 'table' END, nspname || '.' || relname
FROM ours WHERE relkind IN ('v', 'm', 'S', 'f') OR (relkind IN ('r', 'p') AND nspname <> current_schema())
UNION ALL SELECT 'index', CAST(CAST(i.indexrelid AS regclass) AS text)
FROM pg_index i JOIN ours ON ours.oid = i.indrelid WHERE NOT i.indisprimary
UNION ALL SELECT 'trigger', t.tgname FROM pg_trigger t JOIN ours ON ours.oid = t.tgrelid WHERE NOT t.tgisinternal
UNION ALL SELECT 'rule', r.rulename FROM pg_rewrite r JOIN ours ON ours.oid = r.ev_class WHERE r.rulename <> '_RETURN'
UNION ALL SELECT 'event trigger', evtname FROM pg_event_trigger"""


def look(installation: Installation) -> Finding:
    with reading(installation.engine) as connection:
        extra = [*_strange_columns(connection), *_strange_things(connection)]
        missing = list(_missing(connection))
    if extra:
        return fail(f"not in the list of what may be there: {some(extra)}; find out who made it, and drop it")
    if missing:
        return fail(f"missing: {some(missing)}; run consent-service migrate")
    return ok(f"{len(ALLOWED)} tables with the columns they may have, and nothing beside them")


def _strange_columns(connection: Connection) -> Iterator[str]:
    """Tables and columns that are not in the list."""
    for table, columns in _present(connection).items():
        if table not in ALLOWED:
            yield f"table {table}"
        else:
            yield from (f"column {table}.{column}" for column in columns - ALLOWED[table])


def _strange_things(connection: Connection) -> Iterator[str]:
    """What copies rows: views, triggers, indexes of their own, tables elsewhere."""
    query = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    for kind, name in connection.execute(text(query)):
        yield f"{kind} {name}"


def _missing(connection: Connection) -> Iterator[str]:
    present = _present(connection)
    for table, columns in ALLOWED.items():
        yield from (f"{table}.{column}" for column in columns - present.get(table, set()))


def _present(connection: Connection) -> dict[str, set[str]]:
    inspector = inspect(connection)
    return {table: {column["name"] for column in inspector.get_columns(table)} for table in inspector.get_table_names()}
