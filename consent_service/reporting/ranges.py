"""A report of a chosen range of days: its closed days added up, as each of them is shown.

Nobody counted the visitors of a range, so they are daily visitors added up. Its breakdowns are those of its days where
the site counts by day, and else those of the months, which a range says nothing about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from consent_service.domain.calendar.comparison import Comparison, compared_range
from consent_service.domain.calendar.periods import Period
from consent_service.domain.calendar.ranges import PeriodOrRange, Range
from consent_service.domain.disclosure.shown import ShownCounts
from consent_service.domain.figures.figures import added_up, figures_of_sum
from consent_service.domain.figures.sources import Source, Sources
from consent_service.domain.site import Site
from consent_service.reporting import published
from consent_service.reporting.panels import DETAILED, panels_of, sums_of, unknown
from consent_service.reporting.published import Published, Query, Settings
from consent_service.reporting.reports import Added, Before, Point, Report
from consent_service.reporting.sums_cache import SumsCache


class _Days(NamedTuple):
    """The days of a range that are read."""

    counts: Published
    chosen: Range
    days: Sequence[Period]

    @property
    def closed(self) -> list[Period]:
        return [day for day in self.days if day in self.counts.closed]

    @property
    def threshold(self) -> int:
        return max(self.counts.threshold(day) for day in self.closed or self.days[-1:])

    def totals(self, days: Sequence[Period]) -> list[ShownCounts]:
        return [shown for day in days if day in self.counts.closed and (shown := self.counts.totals(day))]

    def added(self, months: Sequence[Period], is_by_day: bool) -> Added:
        """What is in the sum."""
        rest = [day for day in self.days if day not in self.counts.closed]
        gone = [day for day in rest if day.month in self.counts.closed]  # kept as part of their month only
        return Added(len(self.closed), [day for day in rest if day not in gone], gone, months, is_by_day)

    def series(self) -> list[Point]:
        return [Point(part, True, self._point(part), self._below(part)) for part in self.chosen.parts]

    def _below(self, part: PeriodOrRange) -> int:
        """k of a closed day that had fewer visitors."""
        is_hidden = isinstance(part, Period) and part in self.counts.closed and self.counts.totals(part) is None
        return self.counts.threshold(part) if is_hidden and isinstance(part, Period) else 0

    def _point(self, part: PeriodOrRange) -> ShownCounts | None:
        """Of a part of several days what is closed; a day alone may be open."""
        if isinstance(part, Period):
            return self.counts.totals(part)
        return added_up(self.totals(part.days), part.length) or None


def report(
    connection: Connection,
    site: Site,
    chosen: Range,
    now: float,
    comparison: Comparison = "none",
    sums_cache: SumsCache | None = None,
) -> Report:
    """Everything that a site's page shows of a range of days, in three queries; it is within the site's time."""
    before = compared_range(chosen, comparison)
    days, months, compare_with = chosen.days, chosen.months, before.days if before else []
    closed = published.closed(connection, site, {*days, *months, *compare_with})
    by_month = [month for month in months if published.detail(site, closed, month) == "month"]
    source = Source("days", () if by_month else tuple(_parts(chosen, days, closed)))
    sources = Sources(source, source)
    sums = [
        panel_sum
        for panel_sum in sums_of(site.key, sources, closed, sums_cache)
        if panel_sum.parts.dimensions == DETAILED
    ]
    totals_of = {*days, *compare_with, *source.periods}
    counts = published.read(connection, Query(site, closed, totals=totals_of, sums=unknown(sums)))
    read_days = _Days(counts, chosen, days)
    totals = read_days.totals(days)
    panels = panels_of(counts, chosen, months[-1], sources, sums, sums_cache) if not by_month else ()
    return Report(
        site=site,
        period=chosen,
        today=site.today(now),
        moment=chosen.last,
        is_open=False,
        threshold=read_days.threshold,
        totals=added_up(totals, len(read_days.closed)) or None,
        series=read_days.series(),
        panels=list(panels),
        figures=figures_of_sum(totals, read_days.threshold, len(read_days.closed)) if totals else None,
        before=_before(_Days(counts, before, compare_with), site.created_on) if before else None,
        added=read_days.added(months, is_by_day=not by_month),
    )


def _parts(chosen: Range, days: Sequence[Period], closed: Mapping[Period, Settings]) -> list[Period]:
    """Closed periods that add up to the closed days: a whole month holds the sums of its own, while they are kept."""
    unclosed = {day.month for day in days if day not in closed}
    whole = [month for month in chosen.whole_months if month in closed and month not in unclosed]
    return [*whole, *(day for day in days if day in closed and day.month not in whole)]


def _before(compared: _Days, created: date) -> Before:
    totals = compared.totals(compared.chosen.days)
    return Before(
        period=compared.chosen,
        is_counted=compared.chosen.first >= created,
        is_open=len(compared.closed) < compared.chosen.length,
        figures=figures_of_sum(totals, compared.threshold, len(compared.closed)) if totals else None,
        series=compared.series(),
    )
