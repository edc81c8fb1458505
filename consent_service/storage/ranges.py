"""A report of a chosen range of days: its closed days added up, as each of them is shown.

Nobody counted the visitors of a range, so they are daily visitors added up. Its breakdowns are those of its days where
the site counts by day, and else those of the months, which a range says nothing about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from consent_service.domain.comparing import Comparison, compared_range
from consent_service.domain.figures import added_up, figures_of_sum
from consent_service.domain.ranges import Range, is_range, named
from consent_service.domain.shown import ShownCounts
from consent_service.domain.sources import Source, Sources
from consent_service.storage import published
from consent_service.storage.panels import DETAILED, Panel, panels_of
from consent_service.storage.published import Published, Settings
from consent_service.storage.reports import Added, Before, Point, Report, today_of
from consent_service.storage.sites import Site


class _Days(NamedTuple):
    """The days of a range that are read."""

    read: Published
    chosen: Range

    @property
    def closed(self) -> list[str]:
        return [day for day in self.chosen.days if day in self.read.closed]

    @property
    def threshold(self) -> int:
        return max(self.read.threshold(day) for day in self.closed or self.chosen.days[-1:])

    def totals(self, days: Sequence[str]) -> list[ShownCounts]:
        return [found for day in days if day in self.read.closed and (found := self.read.totals(day))]

    def series(self) -> list[Point]:
        return [Point(part, True, self._point(part)) for part in self.chosen.parts]

    def _point(self, part: str) -> ShownCounts | None:
        """Of a part of several days what is closed; a day alone may be open."""
        if not is_range(part):
            return self.read.totals(part)
        return added_up(self.totals(named(part).days)) or None


def report(connection: Connection, site: Site, chosen: Range, now: float, comparison: Comparison = "none") -> Report:
    """Everything that a site's page shows of a range of days, in three queries; it is within the site's time."""
    today, before = today_of(site, now), compared_range(chosen, comparison)
    compare_with = before.days if before else []
    closed = published.closed(connection, site, {*chosen.days, *chosen.months, *compare_with})
    by_month = [month for month in chosen.months if published.detail(site, closed, month) == "month"]
    parts = [] if by_month else _parts(chosen, closed)
    totals_of = {*chosen.days, *compare_with}
    sums_of = {DETAILED: parts} if parts else {}
    read = published.read(connection, site, closed, (), totals_of=totals_of, sums_of=sums_of)
    found = _Days(read, chosen)
    totals = found.totals(chosen.days)
    gone = [day for day in chosen.days if day not in closed and day[:7] in closed]
    return Report(
        site=site,
        period=chosen.name,
        today=today,
        moment=chosen.last,
        is_open=False,
        threshold=found.threshold,
        totals=added_up(totals) or None,
        series=found.series(),
        panels=[] if by_month else _panels(found, parts),
        figures=figures_of_sum(totals, found.threshold) if totals else None,
        before=_before(_Days(read, before), site.created_on) if before else None,
        added=Added(
            closed=len(found.closed),
            open=[day for day in chosen.days if day not in closed and day not in gone],
            gone=gone,
            months=chosen.months if by_month else (),
        ),
    )


def _parts(chosen: Range, closed: Mapping[str, Settings]) -> list[str]:
    """Closed periods that add up to the closed days: a whole month holds the sums of its own."""
    whole = [
        month
        for month in chosen.whole_months
        if month in closed and all(day in closed for day in chosen.days if day[:7] == month)
    ]
    return [*whole, *(day for day in chosen.days if day in closed and day[:7] not in whole)]


def _panels(found: _Days, parts: Sequence[str]) -> list[Panel]:
    source = Source("days", tuple(parts))
    panels = panels_of(found.read, found.chosen.name, f"{found.chosen.last:%Y-%m}", Sources(source, source))
    return [panel for panel in panels if panel.dimension.detailed]


def _before(found: _Days, created: date) -> Before:
    totals = found.totals(found.chosen.days)
    return Before(
        period=found.chosen.name,
        is_counted=found.chosen.first >= created,
        is_open=len(found.closed) < found.chosen.length,
        figures=figures_of_sum(totals, found.threshold) if totals else None,
        series=found.series(),
    )
