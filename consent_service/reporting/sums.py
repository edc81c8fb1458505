"""Rows of closed periods, added up by the database: a month's days are ten thousand rows, their sums some hundreds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Connection, Select, case, func, select, union_all

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting.dimensions import DIMENSIONS
from consent_service.domain.disclosure.marks import HIDDEN
from consent_service.domain.disclosure.shown import UNSHOWN, Shown, ShownBreakdown, ShownCounts
from consent_service.storage.tables import cells

ADDED = ("views", "visits", "visitors")
"""What the dimensions count that are not totals."""


class Summed(NamedTuple):
    """Closed periods, and the dimensions that are added up over them."""

    periods: Sequence[Period]
    names: Sequence[str]


def read(connection: Connection, site: str, wanted: Iterable[Summed]) -> dict[str, ShownBreakdown]:
    """By dimension, all of them together, in one query.

    A sum is exact where each of the periods shows the count exactly. A period without the value may have folded it.
    """
    lengths = {name: len(summed.periods) for summed in wanted for name in summed.names}
    queries = [_query(site, summed) for summed in wanted]
    sums: dict[str, ShownBreakdown] = {name: {} for name in lengths}
    for name, value, *columns in connection.execute(union_all(*queries)).all() if queries else ():
        sums[name][value] = _shown(name, columns, lengths[name])
    return sums


def _shown(name: str, columns: Sequence[int], periods: int) -> ShownCounts:
    """Of each measure there are three columns: the sum, and how many rows show it exactly, and how many hide it."""
    shown = {}
    for place, measure in enumerate(ADDED):
        number, exact, told = columns[3 * place : 3 * place + 3]
        if measure in DIMENSIONS[name].measures:
            sort = "exact" if exact == periods else "least"
            shown[measure] = Shown(number, sort, measure == "visitors" and periods > 1) if told else UNSHOWN  # type: ignore[arg-type]
    return shown


def _query(site: str, summed: Summed) -> Select[tuple[str, str]]:
    here = (cells.c.site == site, cells.c.period.in_([period.name for period in summed.periods]))
    return (
        select(cells.c.dimension, cells.c.value, *(column for measure in ADDED for column in _columns(measure)))
        .where(*here, cells.c.dimension.in_(summed.names))
        .group_by(cells.c.dimension, cells.c.value)
    )


def _columns(measure: str) -> Iterable[Any]:
    # PostgreSQL's sums of whole numbers are decimal ones.
    yield func.sum(cells.c[measure]).cast(BigInteger)
    # Most rows have no mark, and are done with the first comparison.
    is_exact, marks = cells.c.marks == "", cells.c.marks
    yield func.sum(case((is_exact, 1), (marks.contains(measure, autoescape=True), 0), else_=1))
    yield func.sum(case((is_exact, 1), (marks.contains(measure + HIDDEN, autoescape=True), 0), else_=1))
