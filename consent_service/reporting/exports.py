"""Closed months as files, one or several, and the series of their days: the same bytes each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from consent_service.domain.calendar.periods import BadPeriod, Period, read_month
from consent_service.domain.disclosure.shown import marks_of
from consent_service.domain.figures import csv_table, monthly
from consent_service.domain.figures.csv_table import CsvRow
from consent_service.domain.figures.monthly import MonthlyExport, number_of
from consent_service.domain.site import Site
from consent_service.reporting import published
from consent_service.reporting.published import Query
from consent_service.reporting.reports import ReportError, StillOpen, check_within, until

DAY_COLUMNS = ("site", "date", "views", "visits", "visitors", "marks")

_AT_ONCE = 12
"""Months that are read with one query."""


@dataclass(frozen=True)
class Months:
    """The months of a file, in order; ``is_single`` says that one month was asked for by its name."""

    months: Sequence[Period]
    is_single: bool

    @property
    def name(self) -> str:
        """``2026-10``, ``2026``, ``2026-01..2026-06``."""
        first, last = self.months[0], self.months[-1]
        if self.is_single:
            return first.name
        year = Period.of(first.first, "year")
        return year.name if (first.first, last.last) == (year.first, year.last) else f"{first}..{last}"


def read_months(text: str) -> Months:
    """Read a month, a year, or a first and a last month with two dots between them. Raises BadPeriod."""
    first, dots, last = text.partition("..")
    if dots:
        start, end = read_month(first), read_month(last)
        if end < start:
            raise BadPeriod(f"{last} comes before {first}: write the earlier month first")
        months = [start]
        while months[-1] < end:
            months.append(months[-1].following)
        return Months(months, False)
    if len(text) == 4:
        return Months(Period.parse(text).months, False)
    try:
        return Months([read_month(text)], True)
    except BadPeriod:
        raise BadPeriod("write a month as 2026-10, a year as 2026, several months as 2026-01..2026-06") from None


def file_of(connection: Connection, site: Site, months: str, form: str, now: float) -> bytes:
    """The closed ones of the months that a text names, as one of `monthly.FORMS`; or as ``days``, the series of them.

    Raises BadPeriod, ReportError and StillOpen.
    """
    chosen = read_months(months)
    return _days(connection, site, chosen, now) if form == "days" else _export(connection, site, chosen, form, now)


def _export(connection: Connection, site: Site, chosen: Months, form: str, now: float) -> bytes:
    exports = [_monthly(site, month, read) for month, read in _closed(connection, site, chosen, now)]
    if form == "xlsx":
        from consent_service.reporting import spreadsheet  # noqa: PLC0415 - its library is large, and seldom wanted

        return spreadsheet.written(exports)
    return monthly.written(exports, form, chosen.is_single)


def _days(connection: Connection, site: Site, chosen: Months, now: float) -> bytes:
    """The totals of each closed day of these months, as CSV.

    A day of which nothing is shown is left out, and so are days that are not kept any more.
    """
    wanted = [day for month in _within(site, chosen, now) for day in month.days if not site.is_coarsened(day)]
    settings = published.closed(connection, site, wanted)
    if not settings:
        raise StillOpen(until(site, chosen.months[-1], now))
    read = published.read(connection, Query(site, settings, totals=settings))
    return csv_table.written(
        DAY_COLUMNS, [_day(site, day, read) for day in wanted if day in settings and read.totals(day)]
    )


def _day(site: Site, day: Period, read: published.Published) -> CsvRow:
    totals = {measure: shown for measure, shown in (read.totals(day) or {}).items() if measure in DAY_COLUMNS}
    numbers = {measure: number_of(totals, measure) for measure in ("views", "visits", "visitors")}
    return {"site": site.key, "date": day.name, **numbers, "marks": marks_of(totals)}


def _within(site: Site, chosen: Months, now: float) -> list[Period]:
    """Those of the months in which the site was there. Raises ReportError if there is none."""
    today = site.today(now)
    if chosen.is_single:
        check_within(site, chosen.months[0], today)
    months = [month for month in chosen.months if month.last >= site.created_on and month.first <= today]
    if not months:
        raise ReportError(f"the site was not there in {chosen.name}: it was made on {site.created_on.isoformat()}")
    return months


def _closed(connection: Connection, site: Site, chosen: Months, now: float) -> list[tuple[Period, published.Published]]:
    months = _within(site, chosen, now)
    settings = published.closed(connection, site, months)
    closed = [month for month in months if month in settings]
    if not closed:
        raise StillOpen(until(site, months[0], now))
    reads = []
    for start in range(0, len(closed), _AT_ONCE):
        some = closed[start : start + _AT_ONCE]
        read = published.read(connection, Query(site, settings, whole=some))
        reads += [(month, read) for month in some]
    return reads


def _monthly(site: Site, month: Period, read: published.Published) -> MonthlyExport:
    settings = read.closed[month]
    return MonthlyExport(site.key, month, settings.threshold, settings.detail, read.breakdowns(month))
