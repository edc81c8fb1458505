"""What is published: the one place from which page, export and API read counts.

Nothing leaves this module but as `domain.shown` lets it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from consent_service import spreadsheet
from consent_service.domain import days
from consent_service.domain.dimensions import DIMENSIONS, Dimension
from consent_service.domain.export import MonthlyExport
from consent_service.domain.shown import Shown, ShownBreakdown, ShownCounts, at_least
from consent_service.domain.sources import Basis, Source, moment_of, series_of, sources_of
from consent_service.storage import published
from consent_service.storage.published import Published, Settings
from consent_service.storage.sites import Site
from consent_service.storage.tables import cells


class ReportError(ValueError):
    """What was asked for is not there; the message says why."""


class Coarsened(ReportError):
    """A day or week that was counted, and is kept as part of its months and years only."""


class StillOpen(ReportError):
    """A month that is not final has no export yet."""


@dataclass(frozen=True)
class Point:
    """The totals of one of the shorter periods that a chart shows; None where nothing may be shown.

    ``is_counted`` is False of one that has not begun, was over before the site was made, or is not kept.
    """

    period: str
    is_counted: bool
    totals: ShownCounts | None


@dataclass(frozen=True)
class Panel:
    """One dimension's breakdown: of ``period``, or of closed parts of it added up."""

    dimension: Dimension
    basis: Basis
    period: str
    is_open: bool
    threshold: int
    breakdown: ShownBreakdown
    is_published: bool
    """Whether its period, or a part of it, has totals: then an empty breakdown is a hidden one."""


@dataclass(frozen=True)
class Report:
    """A site's page for one period. ``moment`` is the day that stands for it."""

    site: Site
    period: str
    today: date
    moment: date
    is_open: bool
    threshold: int
    totals: ShownCounts | None
    series: Sequence[Point]
    panels: Sequence[Panel]

    @property
    def is_coarsened(self) -> bool:
        """Whether its days are kept no longer, and it has no chart of them."""
        return days.kind_of(self.period) == "month" and self.site.is_coarsened(f"{self.period}-01")


def today_of(site: Site, now: float) -> date:
    """The site's day, and not before its first."""
    return max(site.timeline.day_at(now), site.created_on)


def overview(connection: Connection, sites: Sequence[Site], now: float) -> dict[str, Shown]:
    """The visitors of each site's present month, rounded down, in one query."""
    months = {site.key: f"{today_of(site, now):%Y-%m}" for site in sites}
    query = select(cells.c.site, cells.c.period, cells.c.visitors).where(
        cells.c.site.in_(list(months)), cells.c.period.in_(sorted({*months.values()})), cells.c.dimension == "site"
    )
    visitors = {(row.site, row.period): row.visitors for row in connection.execute(query)}
    return {
        site.key: at_least(visitors.get((site.key, month), 0), site.timeline.threshold(month))
        for site in sites
        for month in [months[site.key]]
    }


def report(connection: Connection, site: Site, period: str, now: float) -> Report:
    """Everything that a site's page shows of a period, in two queries. Raises ReportError and Coarsened."""
    today = today_of(site, now)
    _check_within(site, period, today)
    moment, series = moment_of(period, today, site.created_on), series_of(period)
    month = f"{moment:%Y-%m}"
    closed = published.closed(connection, site, {period, month, *series, *days.days_in(period)})
    sources = sources_of(period, moment, lambda one: published.detail(site, closed, one), closed.__contains__)
    wanted = {*_to_read(sources.monthly, closed), *_to_read(sources.detailed, closed)}
    read = published.read(connection, site, closed, wanted, totals_of={period, *series})
    return Report(
        site=site,
        period=period,
        today=today,
        moment=moment,
        is_open=period not in closed,
        threshold=read.threshold(period),
        totals=read.totals(period),
        series=[Point(one, _is_within(site, one, today), read.totals(one)) for one in series],
        panels=list(_panels(read, period, month, sources.monthly, sources.detailed)),
    )


def _panels(read: Published, period: str, month: str, monthly: Source, detailed: Source) -> Iterable[Panel]:
    declared = read.site.timeline.in_month(month).notice.terms.dimensions
    for dimension in DIMENSIONS.values():
        if dimension.total:
            continue
        panel = _panel(read, dimension, period, monthly if dimension.monthly else detailed)
        if panel.breakdown or dimension.implied or dimension.name in declared:
            yield panel


def _panel(read: Published, dimension: Dimension, period: str, source: Source) -> Panel:
    if source.adds_up:
        parts = _to_read(source, read.closed)
        breakdown = read.added_up(parts, dimension.name)
        threshold = max([read.threshold(one) for one in parts], default=read.threshold(period))
        is_published = any(read.totals(one) for one in parts)
        return Panel(dimension, source.basis, period, False, threshold, breakdown, is_published)
    own = source.periods[0]
    return Panel(
        dimension=dimension,
        basis=source.basis,
        period=own,
        is_open=own not in read.closed,
        threshold=read.threshold(own),
        breakdown=read.shown(own, dimension.name),
        is_published=read.totals(own) is not None,
    )


def _to_read(source: Source, closed: Mapping[str, Settings]) -> list[str]:
    """Of parts that are added up only the closed ones: what is rounded does not add up."""
    return [one for one in source.periods if one in closed] if source.adds_up else list(source.periods)


def export(connection: Connection, site: Site, month: str, form: str, now: float) -> bytes:
    """A closed month as a file of one of `FORMS`: the same bytes each time. Raises ReportError, StillOpen."""
    _check_month(site, month, today_of(site, now))
    closed = published.closed(connection, site, {month})
    if month not in closed:
        raise StillOpen(_until(site, month, now))
    read = published.read(connection, site, closed, [month])
    settings = closed[month]
    found = MonthlyExport(site.key, month, settings.threshold, settings.detail, read.breakdowns(month))
    return spreadsheet.written(found) if form == "xlsx" else found.written(form)


def _check_month(site: Site, month: str, today: date) -> None:
    try:
        is_month = days.kind_of(month) == "month"
    except days.BadPeriod:
        is_month = False
    if not is_month:
        raise ReportError("this is not a month: write it as 2026-11")
    _check_within(site, month, today)


def _check_within(site: Site, period: str, today: date) -> None:
    """Raises ReportError for what is no period, has not begun, or was over before the site was made."""
    try:
        kind = days.kind_of(period)
    except days.BadPeriod:
        raise ReportError("this is not a period: write 2026-11-22, 2026-W47, 2026-11 or 2026") from None
    if period > days.period_of(today, kind):
        raise ReportError(f"{period} has not begun yet")
    if period < days.period_of(site.created_on, kind):
        raise ReportError(f"{period} was over before the site was made, on {site.created_on.isoformat()}")
    if site.is_coarsened(period):
        raise Coarsened(f"{period} is kept as part of its month only, like all days and weeks before {site.days_from}")


def _is_within(site: Site, period: str, today: date) -> bool:
    kind = days.kind_of(period)
    return site.first_period(kind) <= period <= days.period_of(today, kind)


def end_of(site: Site, period: str) -> str:
    """When a period is over, in words and in the site's zone: ``1 December 2026, 00:00 Europe/Berlin``."""
    zone = site.timeline.on(days.last_day(period)).notice.terms.timezone
    end = datetime.fromtimestamp(site.timeline.ends_at(period), ZoneInfo(zone))
    return f"{end.day} {end:%B %Y, %H:%M} {zone}"


def _until(site: Site, month: str, now: float) -> str:
    if now < site.timeline.ends_at(month):
        return f"{month} is still open, until {end_of(site, month)}"
    return f"{month} is over but not closed yet: the keeper does it within minutes, consent-service close at once"
