"""Deleting days and weeks that are not kept any more, in transactions that are short.

Nobody is shown them any more before the first is deleted (`sites.keep_days_from`). The row of settings of a period goes
last, so that what a crash leaves over is found again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, select

from consent_service.domain.notice import retention
from consent_service.storage.tables import cells, closed_periods

SOME = 40
"""Periods that are looked at together: about those of a month."""


class Chunk(NamedTuple):
    """A period's cells in one dimension; or, with no dimension, its row of settings."""

    period: str
    dimension: str
    size: int


def remaining(connection: Connection, site: str, kept: date) -> list[str]:
    """Days and weeks before ``kept`` that are still there."""
    day, week = retention.last_of(kept)
    here, length = closed_periods.c.period, func.length(closed_periods.c.period)
    gone = ((length == len(day.name)) & (here <= day.name)) | ((length == len(week.name)) & (here <= week.name))
    query = select(here).where(closed_periods.c.site == site, gone).order_by(here)
    return list(connection.scalars(query))


def chunks(connection: Connection, site: str, periods: Sequence[str]) -> list[Chunk]:
    """What there is of some periods, each period's row of settings after its cells."""
    query = select(cells.c.period, cells.c.dimension, func.count()).where(
        cells.c.site == site, cells.c.period.in_(periods)
    )
    by_period: dict[str, list[Chunk]] = {period: [] for period in periods}
    for period, dimension, size in connection.execute(query.group_by(cells.c.period, cells.c.dimension)):
        by_period[period].append(Chunk(period, dimension, size))
    return [chunk for period in periods for chunk in (*by_period[period], Chunk(period, "", 1))]


def remove(connection: Connection, site: str, gone: Collection[Chunk]) -> None:
    """Delete these. Whatever of them is not there any more changes nothing."""
    of_cells = [{"of_period": chunk.period, "of_dimension": chunk.dimension} for chunk in gone if chunk.dimension]
    if of_cells:
        of_dimension = (cells.c.period == bindparam("of_period")) & (cells.c.dimension == bindparam("of_dimension"))
        connection.execute(delete(cells).where(cells.c.site == site, of_dimension), of_cells)
    rows = [chunk.period for chunk in gone if not chunk.dimension]
    connection.execute(delete(closed_periods).where(closed_periods.c.site == site, closed_periods.c.period.in_(rows)))
