"""Making a site of an archive: everything or nothing, in transactions that nobody waits long for.

The counts are written first and the site last, so that a site is there whole or not at all. What an import that was
killed leaves behind belongs to no site and is shown nowhere; the next import removes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, timedelta
from typing import TypeVar

import msgspec
from sqlalchemy import Connection, Engine, delete, func, select

from consent_service.archive import writer
from consent_service.archive.bundle import Bundle
from consent_service.archive.writer import EditionRecord, PeriodRecord, PeriodRecords
from consent_service.domain.calendar.periods import BadPeriod, Kind, Period, local_day
from consent_service.domain.counting.dimensions import is_sum_of_days
from consent_service.domain.errors import UserError
from consent_service.domain.figures import csv_table
from consent_service.domain.figures.archived import ArchiveError, published_rows
from consent_service.domain.figures.csv_table import TableError
from consent_service.domain.figures.monthly import rows_of
from consent_service.domain.notice.notice import Notice, read_notice
from consent_service.domain.notice.texts import NoticeError
from consent_service.domain.notice.timeline import Edition, Timeline
from consent_service.domain.site import Site
from consent_service.domain.snippet.options import read_options
from consent_service.hostnames import subdomains
from consent_service.reporting.published import Published, Settings
from consent_service.spool.batch import Closing
from consent_service.storage import annotations as noted
from consent_service.storage import goals, sites
from consent_service.storage.counts import cells as counters
from consent_service.storage.counts.cells import MarkedCounts
from consent_service.storage.database.engine import writing
from consent_service.storage.people import audit_trail
from consent_service.storage.people.audit_trail import Actor
from consent_service.storage.tables import cells, closed_periods
from consent_service.storage.tables import sites as site_rows

FIRST_DAY = date(2020, 1, 1)
"""There was no such service before."""

CELLS_AT_ONCE = 5_000
"""As many as a batch of the keeper writes."""

T = TypeVar("T")


def restore(engine: Engine, bundle: Bundle, now: float, as_new: bool = False) -> str:
    """Make the site of an archive under its own key, or under a new one; gives the key.

    Raises ArchiveError, and whatever else says what is wrong with a site, a notice or an option.
    """
    bundle.check()
    with writing(engine) as connection:
        _sweep(connection)
        key = sites.unused_key(connection) if as_new else _own_key(connection, bundle)
    site = _site(bundle, key, local_day(now, UTC))
    periods = _read(bundle, writer.PERIODS, PeriodRecords)
    try:
        for closings in _portions(_closings(bundle, site, periods)):
            with writing(engine) as connection:
                counters.put(connection, closings)
        with writing(engine) as connection:
            _finish(connection, bundle, site, len(periods), now)
    except BaseException:
        with writing(engine) as connection:
            _sweep(connection)
        raise
    return key


def _own_key(connection: Connection, bundle: Bundle) -> str:
    key = bundle.manifest.site
    if not sites.is_key(key):
        raise ArchiveError(f"{key!r} is not a site's key")
    if sites.find(connection, key):
        raise ArchiveError(f"there is a site {key} already; --as-new makes another one of the archive, with a new key")
    return key


def _sweep(connection: Connection) -> None:
    """Remove what belongs to no site: what an import that did not come to its end has written."""
    for of in (cells, closed_periods):
        connection.execute(delete(of).where(of.c.site.not_in(select(site_rows.c.key))))


def _read(bundle: Bundle, name: str, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(bundle.read(name), type=kind)
    except msgspec.MsgspecError as error:
        raise ArchiveError(f"{name} cannot be used: {error}") from None


def _site(bundle: Bundle, key: str, today: date) -> Site:
    record = _read(bundle, writer.SITE, writer.SiteRecord)
    options = read_options(record.options)
    if options.document != record.options:
        raise ArchiveError(f"{writer.SITE} has options that this version does not know")
    # Not whether the domain is a public suffix: it may have become one, and a site comes back as it was.
    subdomains.check_within(options.subdomains, record.hosts)
    editions = [_edition(record) for record in _read(bundle, writer.NOTICES, list[EditionRecord])]
    if not editions:
        raise ArchiveError(f"{writer.NOTICES} holds no notice")
    if any(edition.current_from > Period.of(today, "month").following for edition in editions):
        raise ArchiveError(f"{writer.NOTICES} holds a notice that begins later than next month")
    _check_days(record, today)
    hosts = tuple(record.hosts)
    return Site(key, record.name, hosts, record.created_on, Timeline(editions), options, record.days_from)


def _edition(record: EditionRecord) -> Edition:
    month = _period(record.current_from, "month")
    try:
        notice: Notice = read_notice(record.document)
    except (KeyError, TypeError) as error:
        raise NoticeError(f"a notice of the archive cannot be used: {error}") from None
    if notice.digest != record.digest:
        raise ArchiveError(f"the notice {record.digest!r} of the archive has not this digest")
    return Edition(notice, month, record.published_on)


def _check_days(record: writer.SiteRecord, today: date) -> None:
    """The keeper goes by these days, for all sites."""
    if not FIRST_DAY <= record.created_on <= today + timedelta(days=1):
        raise ArchiveError(f"{writer.SITE}: created_on is no day on which a site can have been made")
    if record.days_from and not record.created_on <= record.days_from <= today + timedelta(days=1):
        raise ArchiveError(f"{writer.SITE}: days_from is no day from which days can be kept")


def _period(name: str, *kinds: Kind) -> Period:
    try:
        period = Period.parse(name)
    except BadPeriod as error:
        raise ArchiveError(str(error)) from None
    if kinds and period.kind not in kinds:
        raise ArchiveError(f"{name} is not a {kinds[0]}")
    return period


def _closings(bundle: Bundle, site: Site, periods: PeriodRecords) -> Iterator[Closing]:
    expected = [writer.name_of(name) for name in periods]
    if sorted(expected) != sorted(name for name in bundle.manifest.files if name.startswith("periods/")):
        raise ArchiveError(f"{writer.PERIODS} does not name the periods that the archive holds")
    for name, record in periods.items():
        yield _closing(bundle, site, _period(name), record)


def _closing(bundle: Bundle, site: Site, period: Period, record: PeriodRecord) -> Closing:
    """Raises ArchiveError unless what is stored shows just what the archive shows."""
    name, settings = writer.name_of(period.name), Settings(record.threshold, record.detail)
    try:
        rows = csv_table.read(bundle.read(name))
        published = published_rows(rows, record.threshold, is_sum_of_days(record.detail, period))
    except (ArchiveError, TableError) as error:
        raise ArchiveError(f"{name} cannot be used: {error}") from None
    stored: dict[str, dict[str, MarkedCounts]] = {}
    for row in published:
        stored.setdefault(row.dimension, {})[row.value] = MarkedCounts(row.counts, row.marks)
    if rows_of("", period, Published(site, {period: settings}, {period: stored}).breakdowns(period)) != rows:
        raise ArchiveError(f"{name} shows what the service would not: a count below k, or a row out of its place")
    return Closing(
        site.key,
        period.name,
        {},
        sums=published,
        threshold=record.threshold,
        detail=record.detail,
        timezone=record.timezone,
    )


def _portions(closings: Iterable[Closing]) -> Iterator[list[Closing]]:
    portion: list[Closing] = []
    for closing in closings:
        if portion and sum(len(other.sums) for other in portion) + len(closing.sums) > CELLS_AT_ONCE:
            yield portion
            portion = []
        portion.append(closing)
    yield portion


def _finish(connection: Connection, bundle: Bundle, site: Site, periods: int, now: float) -> None:
    """Put the site down: from here on it is there."""
    query = select(func.count()).select_from(closed_periods).where(closed_periods.c.site == site.key)
    if connection.execute(query).scalar_one() != periods:
        raise ArchiveError("another import has begun meanwhile; repeat this one alone")
    sites.put(connection, site)
    try:
        _add_texts(connection, bundle, site, local_day(now, UTC))
    except UserError as error:
        raise ArchiveError(f"the archive cannot be used: {error}") from None
    actor = Actor(audit_trail.COMMAND_LINE, now)
    audit_trail.note(connection, actor, "site imported", site.key, archived_as=bundle.manifest.site)


def _add_texts(connection: Connection, bundle: Bundle, site: Site, today: date) -> None:
    """By the rules of the pages on which they are written. Raises UserError."""
    for annotation in _read(bundle, writer.ANNOTATIONS, list[writer.AnnotationRecord]):
        noted.restore(connection, site, annotation.id, annotation.day, annotation.text, today)
    for goal in _read(bundle, writer.GOALS, list[writer.GoalRecord]):
        goals.add(connection, site, goal.event, goal.name)
