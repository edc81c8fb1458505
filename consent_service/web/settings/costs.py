"""What settings cost, in plain words, and by the site's own closed periods as far as those tell.

They tell only what was published: what a smaller threshold would have shown is kept nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from sqlalchemy import Connection

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting.dimensions import NONE, OTHER
from consent_service.domain.site import Site
from consent_service.reporting import published, reports
from consent_service.reporting.panels import Panel
from consent_service.web import words

BY_DAY_FROM = 300
"""Visits a day from which on counting by day is useful: fewer lose much of what each day hides.

Of the visits to pages that reach k 99 % are under their name at 300 a day, 89 % at 100 (`make bench BENCH=utility`).
"""

SETTING_COSTS = MappingProxyType(
    {
        "controller": "The notice names another who counts.",
        "timezone": "Days, months and hours begin at another midnight. The new zone starts where the old month ends.",
        "threshold": "A larger one hides more: what fewer visitors share goes into (other) or is not published. A "
        "smaller one shows more, and hides single visitors among fewer others.",
        "detail": "By day you see which pages were read on one day, but what fewer visitors share on that day is gone "
        f"for good: that is useful from about {BY_DAY_FROM} visits a day on. By month more of them reach the "
        "threshold. Countries, platforms, hours and the like are counted by month either way.",
        "dimensions": "Each one more tells something more of your visitors, and the notice has to say so. What is not "
        "counted can never be looked at later.",
        "events": "Each one more tells something more of what visitors do. Only names in this list are counted.",
        "pages": "These keep their places however many other addresses come. Nothing else is counted of them.",
        "retention": "For so long single days and weeks can be looked at, compared and downloaded. Then they are "
        "deleted for good, and months and years stay.",
    }
)
"""By term."""

CHOICES = (5, 10, 20, 50, 100, 200, 500)
"""Thresholds of which the page tells what they would have shown."""


@dataclass(frozen=True)
class Trial:
    """How many values of a dimension, of those that were shown, have so many visitors."""

    title: str
    shown: int
    reached: Sequence[int]
    """By larger threshold."""
    on_each_day: int
    """How many had enough visits to reach the period's threshold on each of its days; by day at most as many would."""


@dataclass(frozen=True)
class Trials:
    """What larger thresholds, and counting by day, would have shown of a closed period at most."""

    period: Period
    threshold: int
    thresholds: Sequence[int]
    rows: Sequence[Trial]

    @property
    def is_by_day(self) -> bool:
        return self.period.kind == "day"


def by_own_numbers(connection: Connection, site: Site, now: float) -> Trials | None:
    """None before a period is closed of which breakdowns were published."""
    period = _last_closed(connection, site, now)
    if period is None:
        return None
    report = reports.report(connection, site, period, now)
    panels = [panel for panel in report.panels if panel.basis == "own" and not panel.is_open and _is_told(panel)]
    if not panels:
        return None
    threshold = max(panel.threshold for panel in panels)
    thresholds = [choice for choice in CHOICES if choice > threshold][:4]
    daily = threshold * sum(day.first >= site.created_on for day in period.days)
    return Trials(period, threshold, thresholds, [_trial(panel, thresholds, daily) for panel in panels])


def _last_closed(connection: Connection, site: Site, now: float) -> Period | None:
    """The last closed period by which breakdowns were counted."""
    today = site.today(now)
    month, days = Period.of(today, "month").preceding, (today - timedelta(days=n) for n in range(1, 8))
    recent = [month, month.preceding, *(Period.of(day, "day") for day in days)]
    settings = published.closed(connection, site, recent)
    fitting = [kept for kept in settings if settings[kept].detail == kept.kind and not site.is_coarsened(kept)]
    return max(fitting, key=lambda period: period.last, default=None)


def _is_told(panel: Panel) -> bool:
    return panel.dimension.detailed and any(_values(panel, "visitors"))


def _values(panel: Panel, measure: str) -> Iterator[int]:
    return (row[measure].known for value, row in panel.breakdown.items() if value not in (NONE, OTHER))


def _trial(panel: Panel, thresholds: Sequence[int], daily: int) -> Trial:
    visitors = list(_values(panel, "visitors"))
    reached = [sum(number >= threshold for number in visitors) for threshold in thresholds]
    on_each_day = sum(visits >= daily for visits in _values(panel, "visits"))
    return Trial(words.TITLES[panel.dimension.name], len(visitors), reached, on_each_day)
