"""Writing and reading counts. The keeper writes, one batch in one transaction; an import what is closed already."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, delete, func, insert, select, union_all

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting.counts import Counts, PeriodCounts, cells_of
from consent_service.domain.counting.dimensions import MEASURES
from consent_service.domain.disclosure import publication
from consent_service.domain.disclosure.publication import PublishedRow
from consent_service.domain.notice import retention
from consent_service.spool.batch import Batch, BatchItem, Closing, HandOver
from consent_service.storage.counts import spools
from consent_service.storage.tables import cells, closed_periods, sites

Pair: TypeAlias = tuple[str, str]
"""site key and name of a period, as they are stored"""

P = TypeVar("P", bound=BatchItem)


class MarkedCounts(NamedTuple):
    """The counts of a row, and its marks; those of an open period have none."""

    counts: Counts
    marks: str


Names: TypeAlias = tuple[str, ...]
"""of dimensions"""

_NONE: Mapping[Names, Collection[Period]] = MappingProxyType({})

_COLUMNS = ("site", "period", "dimension", "value", *MEASURES, "marks")
_ADDED = ", ".join(f"{name} = cells.{name} + excluded.{name}" for name in MEASURES)
_CONFLICT = f"ON CONFLICT (site, period, dimension, value) DO UPDATE SET {_ADDED}"
# On SQLite tuples to the driver take half of what Core takes with dictionaries, on PostgreSQL arrays are the
# fastest but for COPY.
_SQLITE_UPSERT = f"INSERT INTO cells ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))}) {_CONFLICT}"  # noqa: S608
_POSTGRESQL_UPSERT = (
    f"INSERT INTO cells ({', '.join(_COLUMNS)}) SELECT * FROM unnest("  # noqa: S608 - constants alone
    + ", ".join(["%s::text[]"] * 4 + ["%s::bigint[]"] * len(MEASURES) + ["%s::text[]"])
    + f") {_CONFLICT}"
)


RowsOf = Callable[[Closing, PeriodCounts], list[PublishedRow]]
"""Gives the rows that are published of a period, from what the spool adds and what is stored of it."""


def apply(connection: Connection, spool: str, batch: Batch, rows_of: RowsOf) -> bool:
    """Apply a batch once: repeating it changes nothing.

    What a closing or a hand-over adds to is read here and not before: another machine may write until its
    transaction and this one's are in order. Gives False if another machine had closed a period of the batch
    before, or it is one that is not kept any more: what is late for that period is left out.
    """
    if not spools.advance(connection, spool, batch.number, batch.handed_over):
        return True
    present = hold_sites(connection, {part.site for part in batch.parts}, is_alone=not batch.releases)
    closed = _closed_of(connection, {part.pair for part in batch.parts})
    closed |= {
        item.pair for item in batch.parts if retention.is_coarsened(Period.parse(item.period), present.get(item.site))
    }

    def due(parts: Iterable[P]) -> list[P]:
        return [part for part in parts if part.site in present and part.pair not in closed]

    _upsert(connection, _rows((item, item.counts) for item in due(batch.releases)))
    _hand_over(connection, due(batch.hand_overs))
    _close(connection, due(batch.closings), rows_of)
    return not closed


def hold_sites(connection: Connection, wanted: set[str], is_alone: bool) -> dict[str, date | None]:
    """Those of the sites that are still there, held until the transaction ends; and from when their days are kept.

    Releases share a site; a close has it alone, so that nothing is added between its reading and its writing.
    Sites are taken in one order, so that two machines cannot wait for each other.
    """
    query = select(sites.c.key, sites.c.days_from).where(sites.c.key.in_(wanted)).order_by(sites.c.key)
    rows = connection.execute(query.with_for_update(read=not is_alone, key_share=is_alone))
    return {row.key: date.fromisoformat(row.days_from) if row.days_from else None for row in rows}


def _rows(items: Iterable[tuple[BatchItem, PeriodCounts]]) -> Iterator[tuple[Any, ...]]:
    return (
        (*item.pair, name, value, *numbers, "") for item, counts in items for name, value, numbers in cells_of(counts)
    )


def _hand_over(connection: Connection, hand_overs: Sequence[HandOver]) -> None:
    present = stored_of(connection, [hand_over.pair for hand_over in hand_overs])
    handed = ((part, publication.hand_over(present[part.pair], part.counts, part.covers)) for part in hand_overs)
    _upsert(connection, _rows(handed))


def _closed_of(connection: Connection, wanted: Collection[Pair]) -> set[Pair]:
    """Which of these are final already."""
    closed: set[Pair] = set()
    for some in _some(wanted):
        query = select(closed_periods.c.site, closed_periods.c.period).where(_around(closed_periods, some))
        closed |= {(row.site, row.period) for row in connection.execute(query)}.intersection(some)
    return closed


def _around(table: Table, pairs: Collection[Pair]) -> ColumnElement[bool]:
    """These pairs and few others, by the index: for pairs as such SQLite would read the whole table."""
    return and_(table.c.site.in_({site for site, _ in pairs}), table.c.period.in_({period for _, period in pairs}))


def _some(pairs: Collection[Pair]) -> Iterator[Sequence[Pair]]:
    """In portions: a statement takes a bounded number of parameters."""
    ordered = sorted(pairs)
    return (ordered[start : start + 500] for start in range(0, len(ordered), 500))


def _upsert(connection: Connection, rows: Iterable[tuple[Any, ...]]) -> None:
    """Add counts to cells, in key order, so that two writers cannot wait for each other."""
    parameters = sorted(rows)
    if not parameters:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_SQLITE_UPSERT, parameters)
    else:
        connection.exec_driver_sql(_POSTGRESQL_UPSERT, tuple(list(column) for column in zip(*parameters, strict=True)))


def _close(connection: Connection, closings: Sequence[Closing], rows_of: RowsOf) -> None:
    """Put what is published in the place of what is stored."""
    if not closings:
        return
    pairs = [closing.pair for closing in closings]
    present = stored_of(connection, pairs)
    rows = {closing.pair: rows_of(closing, present[closing.pair]) for closing in closings}
    this = and_(cells.c.site == bindparam("of_site"), cells.c.period == bindparam("of_period"))
    connection.execute(delete(cells).where(this), [{"of_site": site, "of_period": period} for site, period in pairs])
    _publish(connection, closings, rows)


def put(connection: Connection, closings: Sequence[Closing]) -> None:
    """Store periods that were closed elsewhere; what is published of them are their ``sums``."""
    if closings:
        _publish(connection, closings, {closing.pair: sorted(closing.sums) for closing in closings})


def _publish(connection: Connection, closings: Sequence[Closing], rows: Mapping[Pair, Sequence[PublishedRow]]) -> None:
    cell_rows = [
        (*closing.pair, row.dimension, row.value, *row.counts, row.marks)
        for closing in closings
        for row in rows[closing.pair]
    ]
    _upsert(connection, cell_rows)
    connection.execute(insert(closed_periods), [_settings(closing, rows[closing.pair]) for closing in closings])


def _settings(closing: Closing, rows: Iterable[PublishedRow]) -> dict[str, Any]:
    return {
        "site": closing.site,
        "period": closing.period,
        "threshold": closing.threshold,
        "detail": closing.detail,
        "timezone": closing.timezone,
        "digest": publication.digest_of(rows),
    }


def stored(connection: Connection, site: str, periods: Collection[Period]) -> dict[Period, PeriodCounts]:
    """The cells of some open periods of a site; a period without cells is an empty one.

    Without what machines have handed over for a close.
    """
    return {
        period: {name: {value: row.counts for value, row in rows.items()} for name, rows in breakdowns.items()}
        for period, breakdowns in marked(connection, site, periods).items()
    }


def marked(
    connection: Connection,
    site: str,
    periods: Collection[Period],
    some_of: Mapping[Names, Collection[Period]] = _NONE,
) -> dict[Period, dict[str, dict[str, MarkedCounts]]]:
    """The rows of some periods of a site, and of others some dimensions alone; by dimension and value.

    ``some_of`` gives periods by the dimensions that are read of them. Without what machines have handed over for a
    close.
    """
    of_site = cells.c.site == site
    wanted = [and_(of_site, _within(periods))] if periods else []
    wanted += [
        and_(of_site, _within(others), cells.c.dimension.in_(names)) for names, others in some_of.items() if others
    ]
    rows: dict[Period, dict[str, dict[str, MarkedCounts]]] = {
        period: {} for period in {*periods, *chain.from_iterable(some_of.values())}
    }
    if not wanted:
        return rows
    query = union_all(*(select(*(cells.c[name] for name in _COLUMNS)).where(condition) for condition in wanted))
    by_name = {period.name: breakdowns for period, breakdowns in rows.items()}
    for _, period, dimension, value, *counts, marks in connection.execute(query).all():
        if not dimension.startswith(publication.HANDED_OVER):
            by_name[period].setdefault(dimension, {})[value] = MarkedCounts(counts, marks)
    return rows


def _within(periods: Collection[Period]) -> ColumnElement[bool]:
    return cells.c.period.in_(sorted(period.name for period in periods))


def stored_of(connection: Connection, pairs: Collection[Pair]) -> dict[Pair, PeriodCounts]:
    """The cells of some periods of some sites; a period without cells is an empty one."""
    by_pair: dict[Pair, PeriodCounts] = {pair: {} for pair in pairs}
    for some in _some(pairs):
        around = _cells_where(connection, _around(cells, some))
        by_pair.update((pair, around[pair]) for pair in some if pair in around)
    return by_pair


def _cells_where(connection: Connection, *wanted: ColumnElement[bool]) -> dict[Pair, PeriodCounts]:
    """The cells of all these conditions, in one query: each goes by the index, which SQLite does not use for OR."""
    by_pair: dict[Pair, PeriodCounts] = {}
    query = union_all(*(select(*(cells.c[name] for name in _COLUMNS[:-1])).where(condition) for condition in wanted))
    for site, period, dimension, value, *counts in connection.execute(query).all():
        by_pair.setdefault((site, period), {}).setdefault(dimension, {})[value] = counts
    return by_pair


def sizes(connection: Connection, pairs: Collection[Pair]) -> dict[Pair, int]:
    """How many cells are stored of some periods."""
    numbers: dict[Pair, int] = {}
    for some in _some(pairs):
        query = select(cells.c.site, cells.c.period, func.count()).where(_around(cells, some))
        for site, period, number in connection.execute(query.group_by(cells.c.site, cells.c.period)):
            numbers[site, period] = number
    return numbers


def has_cells(connection: Connection, site: str) -> bool:
    return connection.execute(select(cells.c.site).where(cells.c.site == site).limit(1)).first() is not None
