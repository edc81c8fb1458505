"""What a site's people wrote beside its numbers: days on which something happened."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from consent_service.domain.calendar.periods import BadPeriod, Period
from consent_service.domain.errors import UserError
from consent_service.domain.site import Site
from consent_service.storage.tables import annotations_table

LONGEST_TEXT = 200
MOST = 500
"""of one site"""

AHEAD = timedelta(days=366)
"""How far ahead an annotation may lie: what is planned is worth one too."""


_ID = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True)
class Annotation:
    id: str
    day: date
    text: str


def add(connection: Connection, site: Site, day: str, text: str, today: date) -> Annotation:
    """Raises UserError."""
    return restore(connection, site, secrets.token_hex(6), day, text, today)


def restore(connection: Connection, site: Site, id_: str, day: str, text: str, today: date) -> Annotation:
    """One that has its id already. Raises UserError."""
    if not _ID.fullmatch(id_):
        raise UserError("an annotation's id has twelve hexadecimal digits", "id")
    made = Annotation(id_, _day(site, day, today), _text(text))
    count = select(func.count()).select_from(annotations_table).where(annotations_table.c.site == site.key)
    if connection.execute(count).scalar_one() >= MOST:
        raise UserError(f"there are {MOST} annotations, and no more are kept: remove one first", "text")
    row = {"site": site.key, "id": made.id, "day": made.day.isoformat(), "text": made.text}
    connection.execute(insert(annotations_table).values(row))
    return made


def remove(connection: Connection, site: str, id_: str) -> Annotation | None:
    """The one that was removed; None if there was none such."""
    annotation = next((candidate for candidate in of(connection, site) if candidate.id == id_), None)
    if annotation:
        connection.execute(
            delete(annotations_table).where(annotations_table.c.site == site, annotations_table.c.id == id_)
        )
    return annotation


def of(connection: Connection, site: str, first: date = date.min, last: date = date.max) -> Sequence[Annotation]:
    """Those of the days from the first to the last, by day."""
    query = (
        select(annotations_table)
        .where(annotations_table.c.site == site, annotations_table.c.day.between(first.isoformat(), last.isoformat()))
        .order_by(annotations_table.c.day, annotations_table.c.id)
    )
    return [Annotation(row.id, date.fromisoformat(row.day), row.text) for row in connection.execute(query)]


def _day(site: Site, text: str, today: date) -> date:
    try:
        period = Period.parse(text)
    except BadPeriod:
        period = None
    if period is None or period.kind != "day":
        raise UserError("a day is needed, such as 2026-11-22", "day")
    if not site.created_on <= period.first <= today + AHEAD:
        raise UserError(
            f"a day from {site.created_on.isoformat()}, when the site was made, to {(today + AHEAD).isoformat()}", "day"
        )
    return period.first


def _text(text: str) -> str:
    tidy = " ".join(text.split())
    if not 0 < len(tidy) <= LONGEST_TEXT or not tidy.isprintable():
        raise UserError(f"a text of at most {LONGEST_TEXT} characters is needed", "text")
    return tidy
