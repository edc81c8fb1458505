"""All that a site has published, as files: what `bundle` puts into an archive and `reader` reads back.

Nothing is in it but what its owner wrote and what every page and export shows: the tables are those of the monthly
exports. Not in it are accounts, roles, tokens, links and the audit trail, and what is still open.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from sqlalchemy import Connection, select

from consent_service.domain.calendar.periods import Period
from consent_service.domain.figures import csv_table
from consent_service.domain.figures.csv_table import COLUMNS
from consent_service.domain.figures.monthly import rows_of
from consent_service.domain.notice.notice import LARGEST_THRESHOLD, LEAST_THRESHOLD
from consent_service.domain.site import Site
from consent_service.reporting import published
from consent_service.reporting.published import Query, Settings
from consent_service.storage.tables import annotations_table, closed_periods, goals

SITE, NOTICES, ANNOTATIONS, GOALS, PERIODS = (
    "site.json", "notices.json", "annotations.json", "goals.json", "periods.json"
)  # fmt: skip

_AT_ONCE = 50
"""Periods that are read with one query."""


class SiteRecord(msgspec.Struct, forbid_unknown_fields=True):
    """A site without its key, which the manifest has: under another key the files are the same."""

    name: str
    hosts: list[str]
    created_on: date
    options: dict[str, Any]
    days_from: date | None


class EditionRecord(msgspec.Struct, forbid_unknown_fields=True):
    """A notice, and from when it is current; ``digest`` is that of the document."""

    current_from: str
    digest: str
    document: dict[str, Any]
    published_on: date | None


class AnnotationRecord(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    day: str
    text: str


class GoalRecord(msgspec.Struct, forbid_unknown_fields=True):
    event: str
    name: str


class PeriodRecord(msgspec.Struct, forbid_unknown_fields=True):
    """What was in force when a period became final."""

    threshold: Annotated[int, msgspec.Meta(ge=LEAST_THRESHOLD, le=LARGEST_THRESHOLD)]
    detail: Literal["month", "day"]
    timezone: str


PeriodRecords: TypeAlias = dict[str, PeriodRecord]
"""by the name of the period"""


def name_of(period: str) -> str:
    """The file that holds the rows of a period."""
    return f"periods/{period}.csv"


def files(connection: Connection, site: Site) -> Iterator[tuple[str, bytes]]:
    """The names and contents of all files, the same each time while nothing is closed or written anew."""
    periods = _periods(connection, site)
    yield SITE, _json(SiteRecord(site.name, list(site.hosts), site.created_on, site.options.document, site.days_from))
    yield NOTICES, _json(_editions(site))
    yield ANNOTATIONS, _json(_annotations(connection, site.key))
    yield GOALS, _json(_goals(connection, site.key))
    yield PERIODS, _json(periods)
    names = list(periods)
    for start in range(0, len(names), _AT_ONCE):
        yield from _tables(connection, site, {name: periods[name] for name in names[start : start + _AT_ONCE]})


def _tables(connection: Connection, site: Site, periods: PeriodRecords) -> Iterator[tuple[str, bytes]]:
    settings = {Period.parse(name): Settings(record.threshold, record.detail) for name, record in periods.items()}
    read = published.read(connection, Query(site, settings, whole=settings))
    for period in settings:
        yield name_of(period.name), csv_table.written(COLUMNS, rows_of("", period, read.breakdowns(period)))


def _periods(connection: Connection, site: Site) -> PeriodRecords:
    """Those that are kept, in order: by year, its months, days and weeks among each other."""
    columns = closed_periods.c
    query = select(columns.period, columns.threshold, columns.detail, columns.timezone).where(columns.site == site.key)
    rows = sorted(row for row in connection.execute(query) if not site.is_coarsened(Period.parse(row.period)))
    return {row.period: PeriodRecord(row.threshold, row.detail, row.timezone) for row in rows}


def _editions(site: Site) -> list[EditionRecord]:
    return [
        EditionRecord(edition.current_from.name, edition.notice.digest, edition.notice.document, edition.published_on)
        for edition in site.timeline.editions
    ]


def _annotations(connection: Connection, key: str) -> list[AnnotationRecord]:
    columns = annotations_table.c
    query = select(columns.id, columns.day, columns.text).where(columns.site == key)
    return [AnnotationRecord(*row) for row in sorted(connection.execute(query).all())]


def _goals(connection: Connection, key: str) -> list[GoalRecord]:
    query = select(goals.c.event, goals.c.name).where(goals.c.site == key)
    return [GoalRecord(*row) for row in sorted(connection.execute(query).all())]


def _json(document: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"
