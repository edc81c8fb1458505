"""Writing and reading counts. Only the keeper writes, one batch in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from consent_service.domain.counting import PeriodCounts
from consent_service.domain.days import Kind, kind_of
from consent_service.domain.dimensions import MEASURES
from consent_service.spool.batch import Batch, Closing
from consent_service.storage.tables import cells, closed_periods, sites, spools

_COLUMNS = ("site", "period", "dimension", "value", *MEASURES)
_ADDED = ", ".join(f"{name} = cells.{name} + excluded.{name}" for name in MEASURES)
_CONFLICT = f"ON CONFLICT (site, period, dimension, value) DO UPDATE SET {_ADDED}"
# On SQLite tuples to the driver take half of what Core takes with dictionaries, on PostgreSQL arrays are the
# fastest but for COPY.
_SQLITE_UPSERT = f"INSERT INTO cells ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * 10)}) {_CONFLICT}"  # noqa: S608
_POSTGRESQL_UPSERT = (
    f"INSERT INTO cells ({', '.join(_COLUMNS)}) SELECT * FROM unnest("  # noqa: S608 - constants alone
    + ", ".join(["%s::text[]"] * 4 + ["%s::bigint[]"] * 6)
    + f") {_CONFLICT}"
)


def register(connection: Connection, spool: str, now: float) -> int:
    """Note that a spool is alive; gives the number of the last batch applied from it.

    The time is cut to the minute: what is written tells of a clock, not of a visit.
    """
    seen = now - now % 60
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(spools).values(id=spool, last_batch=0, last_seen=seen)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"last_seen": seen}))
    number: int = connection.execute(select(spools.c.last_batch).where(spools.c.id == spool)).scalar_one()
    return number


def apply(connection: Connection, spool: str, batch: Batch) -> bool:
    """Apply a batch once: repeating it changes nothing.

    Gives False if another machine had closed a period of it before: what is late for that period is left out.
    """
    # Not "is the number before": a database that was restored from a backup is some batches behind.
    before = and_(spools.c.id == spool, spools.c.last_batch < batch.number)
    if connection.execute(update(spools).where(before).values(last_batch=batch.number)).rowcount == 0:
        return True
    # A site may have been removed since the batch was put together.
    wanted = {*(one.site for one in batch.releases), *(one.site for one in batch.closings)}
    present = set(connection.scalars(select(sites.c.key).where(sites.c.key.in_(wanted)).with_for_update(read=True)))
    written = {*((one.site, one.period) for one in batch.releases), *((one.site, one.period) for one in batch.closings)}
    closed = _closed_of(connection, written)
    parameters = sorted(
        (one.site, one.period, one.dimension, one.value, *one.counts)
        for one in batch.releases
        if one.site in present and (one.site, one.period) not in closed
    )
    _upsert(connection, parameters)
    for closing in batch.closings:
        if closing.site in present and (closing.site, closing.period) not in closed:
            _close(connection, closing)
    return not closed


def _closed_of(connection: Connection, wanted: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which of these (site, period) pairs are final already."""
    query = select(closed_periods.c.site, closed_periods.c.period).where(
        closed_periods.c.site.in_({site for site, _ in wanted}),
        closed_periods.c.period.in_({period for _, period in wanted}),
    )
    return {(row.site, row.period) for row in connection.execute(query)} & wanted


def _upsert(connection: Connection, parameters: Sequence[tuple[Any, ...]]) -> None:
    """Add counts to cells, in key order, so that two writers cannot wait for each other."""
    if not parameters:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_SQLITE_UPSERT, list(parameters))
    else:
        connection.exec_driver_sql(_POSTGRESQL_UPSERT, tuple(list(column) for column in zip(*parameters, strict=True)))


def _close(connection: Connection, closing: Closing) -> None:
    where = and_(cells.c.site == closing.site, cells.c.period == closing.period)
    connection.execute(delete(cells).where(where))
    _upsert(connection, [(closing.site, closing.period, name, value, *counts) for name, value, counts in closing.rows])
    connection.execute(
        insert(closed_periods).values(
            site=closing.site,
            period=closing.period,
            threshold=closing.threshold,
            detail=closing.detail,
            timezone=closing.timezone,
            digest=closing.digest,
        )
    )


def stored(connection: Connection, site: str, periods: Iterable[str]) -> dict[str, PeriodCounts]:
    """The cells of some periods of a site, by period; a period without cells is an empty one."""
    wanted = list(periods)
    found: dict[str, PeriodCounts] = {period: {} for period in wanted}
    columns = [cells.c[name] for name in _COLUMNS[1:]]
    query = select(*columns).where(cells.c.site == site, cells.c.period.in_(wanted))
    for period, dimension, value, *counts in connection.execute(query):
        found[period].setdefault(dimension, {})[value] = counts
    return found


def last_closed(connection: Connection) -> dict[tuple[str, Kind], str]:
    """The last period of each kind that is final, by site. They close in order, so all before it are final too."""
    kind = func.length(closed_periods.c.period)
    query = select(closed_periods.c.site, func.max(closed_periods.c.period)).group_by(closed_periods.c.site, kind)
    return {(site, kind_of(period)): period for site, period in connection.execute(query)}


def has_cells(connection: Connection, site: str) -> bool:
    return connection.execute(select(cells.c.site).where(cells.c.site == site).limit(1)).first() is not None
