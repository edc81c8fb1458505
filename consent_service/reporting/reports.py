"""What is published: the one place from which page, export and API read counts.

Nothing leaves this module but as `domain.shown` lets it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from consent_service.domain.calendar.comparison import Comparison, compared
from consent_service.domain.calendar.periods import Kind, Period
from consent_service.domain.calendar.ranges import PeriodOrRange
from consent_service.domain.disclosure.shown import ShownCounts
from consent_service.domain.errors import UserError
from consent_service.domain.figures.figures import Figures, figures_of
from consent_service.domain.figures.sources import moment_of, series_of, sources_of
from consent_service.domain.site import Site
from consent_service.reporting import published
from consent_service.reporting.panels import Panel, panels_of, sums_of, unknown
from consent_service.reporting.published import Published, Query
from consent_service.reporting.sums_cache import SumsCache


class ReportError(UserError):
    """What was asked for is not there; the message says why."""


class Coarsened(ReportError):
    """A day or week that was counted, and is kept as part of its months and years only."""


class StillOpen(ReportError):
    """A month that is not final has no export yet."""


@dataclass(frozen=True)
class Point:
    """The totals of one of the shorter periods that a chart shows; None where nothing may be shown.

    ``is_counted`` is False of one that has not begun, was over before the site was made, or is not kept. ``below`` is k
    where the period is closed and had fewer visitors, which is all that its not being shown says; else 0.
    """

    period: PeriodOrRange
    is_counted: bool
    totals: ShownCounts | None
    below: int = 0


@dataclass(frozen=True)
class Before:
    """What a report is compared with: a period of the same kind, or a range. ``figures`` are None where hidden.

    ``is_counted`` is False where it began before the site was made, and nothing can be said.
    """

    period: PeriodOrRange
    is_counted: bool
    is_open: bool
    figures: Figures | None
    series: Sequence[Point]


@dataclass(frozen=True)
class Added:
    """What a range's numbers are added up of: closed days. The others are named.

    ``gone`` are those of which the month alone is kept by now. ``months`` hold the breakdowns that are counted by
    month: all of them, or where ``is_by_day`` those that no site counts by day.
    """

    closed: int
    open: Sequence[Period]
    gone: Sequence[Period]
    months: Sequence[Period]
    is_by_day: bool


@dataclass(frozen=True)
class Report:
    """A site's page for one period, or a range of days. ``moment`` is the day that stands for it."""

    site: Site
    period: PeriodOrRange
    today: date
    moment: date
    is_open: bool
    threshold: int
    totals: ShownCounts | None
    series: Sequence[Point]
    panels: Sequence[Panel]
    figures: Figures | None = None
    before: Before | None = None
    added: Added | None = None

    @property
    def kind(self) -> Kind | Literal["range"]:
        return self.period.kind

    @property
    def is_coarsened(self) -> bool:
        """Whether its days are kept no longer, and it has no chart of them."""
        return self.kind == "month" and self.site.is_coarsened(Period.of(self.period.first, "day"))


def report(
    connection: Connection,
    site: Site,
    period: Period,
    now: float,
    comparison: Comparison = "none",
    sums_cache: SumsCache | None = None,
) -> Report:
    """Everything that a site's page shows of a period, in three queries. Raises ReportError and Coarsened."""
    today = site.today(now)
    check_within(site, period, today)
    moment, series = moment_of(period, today, site.created_on), series_of(period)
    month, before = Period.of(moment, "month"), compared(period, comparison)
    compare_with = (before, *series_of(before)) if before else ()
    closed = published.closed(connection, site, {period, month, *series, *period.days, *compare_with})
    sources = sources_of(period, moment, lambda part: published.detail(site, closed, part), closed.__contains__)
    sums = sums_of(site.key, sources, closed, sums_cache)
    query = Query(
        site,
        closed,
        whole={part for source in sources if not source.is_sum for part in source.periods},
        totals={period, *series, *compare_with, *(part for panel_sum in sums for part in panel_sum.parts.periods)},
        sums=unknown(sums),
    )
    counts = published.read(connection, query)
    totals, threshold = counts.totals(period), counts.threshold(period)
    return Report(
        site=site,
        period=period,
        today=today,
        moment=moment,
        is_open=period not in closed,
        threshold=threshold,
        totals=totals,
        series=[_point(counts, part, today) for part in series],
        panels=list(panels_of(counts, period, month, sources, sums, sums_cache)),
        figures=figures_of(totals, threshold) if totals else None,
        before=_before(counts, before, today) if before else None,
    )


def _point(counts: Published, period: Period, today: date) -> Point:
    totals = counts.totals(period)
    below = counts.threshold(period) if period in counts.closed and totals is None else 0
    return Point(period, is_within(counts.site, period, today), totals, below)


def _before(counts: Published, period: Period, today: date) -> Before:
    totals = counts.totals(period)
    return Before(
        period=period,
        is_counted=is_within(counts.site, period, today),
        is_open=period not in counts.closed,
        figures=figures_of(totals, counts.threshold(period)) if totals else None,
        series=[_point(counts, part, today) for part in series_of(period)],
    )


def check_within(site: Site, period: Period, today: date) -> None:
    """Raises ReportError for what has not begun, or was over before the site was made; Coarsened."""
    if period.first > today:
        raise ReportError(f"{period} has not begun yet")
    if period.last < site.created_on:
        raise ReportError(f"{period} was over before the site was made, on {site.created_on.isoformat()}")
    if site.is_coarsened(period):
        raise Coarsened(f"{period} is kept as part of its month only, like all days and weeks before {site.days_from}")


def is_within(site: Site, period: Period, today: date) -> bool:
    return site.first_period(period.kind) <= period and period.first <= today


def end_of(site: Site, period: Period) -> str:
    """When a period is over, in words and in the site's zone: ``1 December 2026, 00:00 Europe/Berlin``."""
    zone = site.timeline.on(period.last).notice.terms.timezone
    end = datetime.fromtimestamp(site.timeline.ends_at(period), ZoneInfo(zone))
    return f"{end.day} {end:%B %Y, %H:%M} {zone}"


def until(site: Site, month: Period, now: float) -> str:
    """Why a month is not closed, and until when."""
    if now < site.timeline.ends_at(month):
        return f"{month} is still open, until {end_of(site, month)}"
    return f"{month} is over but not closed yet: the keeper does it within minutes, consent-service close at once"
