"""Cells of closed periods, added up by the database: a month's days are ten thousand rows, their sums some hundreds.

Only what adds up cell by cell. Where a shown cell may hide one of its counts (`Dimension.hides_singles`), the periods
are read one by one, and `domain.disclosure.shown` adds them up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import BigInteger, Connection, Select, func, select, union_all

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting.counts import PeriodCounts, plus
from consent_service.domain.counting.dimensions import MEASURES
from consent_service.storage.tables import cells


class Summed(NamedTuple):
    """Closed periods of one threshold, and the dimensions that are added up over them."""

    periods: Sequence[Period]
    dimensions: Sequence[str]
    threshold: int


def read(connection: Connection, site: str, wanted: Iterable[Summed]) -> PeriodCounts:
    """All of them together, in one query. Cells below their period's threshold are left out."""
    queries = [_query(site, summed) for summed in wanted]
    sums: PeriodCounts = {}
    for name, value, *counts in connection.execute(union_all(*queries)).all() if queries else ():
        breakdown = sums.setdefault(name, {})
        breakdown[value] = plus(breakdown[value], counts) if value in breakdown else counts
    return sums


def _query(site: str, summed: Summed) -> Select[tuple[str, str]]:
    # PostgreSQL's sums of whole numbers are decimal ones.
    added = [func.sum(cells.c[name]).cast(BigInteger) for name in MEASURES]
    return (
        select(cells.c.dimension, cells.c.value, *added)
        .where(
            cells.c.site == site,
            cells.c.period.in_([period.name for period in summed.periods]),
            cells.c.dimension.in_(summed.dimensions),
            cells.c.visitors >= summed.threshold,
        )
        .group_by(cells.c.dimension, cells.c.value)
    )
