"""The documents that the API answers with: their shapes, and how each is made of what is published.

Its OpenAPI description is made of the same classes: docstrings and ``Meta`` are what a reader of it is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from consent_service.domain.calendar.periods import Period
from consent_service.domain.disclosure.shown import Shown, ShownCounts, Sort
from consent_service.domain.figures.sources import Basis
from consent_service.domain.notice.notice import LEAST_THRESHOLD
from consent_service.domain.site import Site
from consent_service.reporting.panels import Panel
from consent_service.reporting.reports import Report

PERIOD = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?|-W[0-9]{2})?$"
MONTH = r"^[0-9]{4}-[0-9]{2}$"
MONTHS = r"^[0-9]{4}(-[0-9]{2}([.][.][0-9]{4}-[0-9]{2})?)?$"
KEY = r"^[a-z0-9]{1,32}$"

Key = Annotated[str, Meta(pattern=KEY, description="the site's key")]
PeriodName = Annotated[str, Meta(pattern=PERIOD, description="a day, ISO week, month or year in the site's time zone")]
Threshold = Annotated[int, Meta(ge=LEAST_THRESHOLD, description="k: the fewest visitors that a number rests on")]
IsOpen = Annotated[bool, Meta(description="whether it is not closed; then its counts are rounded down")]


class CountDocument(Struct, forbid_unknown_fields=True):
    """A count as it may be told."""

    number: Annotated[Annotated[int, Meta(ge=0)] | None, Meta(description="null if it is hidden")]
    sort: Annotated[
        Sort, Meta(description="exact: just so many. least: so many or more. hidden: how many is not told.")
    ]
    summed: Annotated[
        bool | UnsetType,
        Meta(description="true of visitors of several periods added up, in which a person may count twice"),
    ] = UNSET

    @classmethod
    def of(cls, count: Shown) -> CountDocument:
        number = None if count.sort == "hidden" else count.number
        return cls(number, count.sort, True if count.summed else UNSET)


class CountsDocument(Struct, forbid_unknown_fields=True):
    """By measure; what is not counted here is not there."""

    views: CountDocument | UnsetType = UNSET
    visits: CountDocument | UnsetType = UNSET
    visitors: CountDocument | UnsetType = UNSET
    engaged_visits: CountDocument | UnsetType = UNSET
    engaged_seconds: CountDocument | UnsetType = UNSET

    @classmethod
    def of(cls, counts: ShownCounts) -> CountsDocument:
        return cls(**{measure: CountDocument.of(count) for measure, count in counts.items()})

    @classmethod
    def of_totals(cls, totals: ShownCounts | None) -> CountsDocument | None:
        """Return None where nothing may be shown."""
        return None if totals is None else cls.of(totals)


ShownTotals = Annotated[CountsDocument | None, Meta(description="null: not shown")]


class SiteDocument(Struct, forbid_unknown_fields=True):
    """A site, with what is in force today."""

    key: Key
    name: Annotated[str, Meta(description="as its people call it")]
    hosts: Annotated[Sequence[str], Meta(description="as browsers send them: xn--mnchen-3ya.example")]
    created_on: Annotated[date, Meta(description="its first day")]
    timezone: Annotated[str, Meta(description="such as Europe/Amsterdam")]
    threshold: Threshold
    detail: Annotated[Literal["month", "day"], Meta(description="by what its breakdowns are counted")]

    @classmethod
    def of(cls, site: Site, now: float) -> SiteDocument:
        return cls(**_fields_of(site, now))


class SiteWithMonthsDocument(SiteDocument, forbid_unknown_fields=True):
    """A site, and the months that can be exported, the latest first."""

    closed_months: Sequence[Annotated[str, Meta(pattern=MONTH, description="a month")]]

    @classmethod
    def with_months(cls, site: Site, now: float, months: Sequence[Period]) -> SiteWithMonthsDocument:
        return cls(**_fields_of(site, now), closed_months=[month.name for month in months])


def _fields_of(site: Site, now: float) -> dict[str, Any]:
    terms = site.timeline.on(site.today(now)).notice.terms
    return {
        "key": site.key,
        "name": site.name,
        "hosts": site.hosts,
        "created_on": site.created_on,
        "timezone": terms.timezone,
        "threshold": terms.threshold,
        "detail": terms.detail,
    }


class SitesDocument(Struct, forbid_unknown_fields=True):
    """The sites that the token may read, by name."""

    sites: list[SiteDocument]


class _ReportDocument(Struct, forbid_unknown_fields=True):
    """What every answer about a period begins with."""

    site: Key
    period: PeriodName
    is_open: IsOpen
    threshold: Threshold


class TotalsDocument(_ReportDocument, forbid_unknown_fields=True):
    """A period's totals."""

    totals: ShownTotals

    @classmethod
    def of(cls, report: Report) -> TotalsDocument:
        totals = CountsDocument.of_totals(report.totals)
        return cls(report.site.key, report.period.name, report.is_open, report.threshold, totals)


class PointDocument(Struct, forbid_unknown_fields=True):
    """One of the shorter periods."""

    period: PeriodName
    totals: ShownTotals


class SeriesDocument(_ReportDocument, forbid_unknown_fields=True):
    """The totals of the days, or of a year's months."""

    series: list[PointDocument]

    @classmethod
    def of(cls, report: Report) -> SeriesDocument:
        points = [
            PointDocument(point.period.name, CountsDocument.of_totals(point.totals))
            for point in report.series
            if point.is_counted
        ]
        return cls(report.site.key, report.period.name, report.is_open, report.threshold, points)


class RowDocument(Struct, forbid_unknown_fields=True):
    """One value of a dimension."""

    value: str
    counts: CountsDocument


class BreakdownDocument(Struct, forbid_unknown_fields=True):
    """The values of one dimension that have a row; (other) is everything else, together."""

    site: Key
    dimension: str
    by: Annotated[str | None, Meta(description="the part of its values by which the rows are added up, if by any")]
    period: PeriodName
    basis: Annotated[
        Basis,
        Meta(description="own: the period itself. month: the month around it. Else closed parts of it, added up."),
    ]
    is_open: IsOpen
    threshold: Threshold
    rows: list[RowDocument]

    @classmethod
    def of(cls, site: Site, panel: Panel) -> BreakdownDocument:
        return cls(
            site=site.key,
            dimension=panel.dimension.name,
            by=panel.part or None,
            period=panel.period.name,
            basis=panel.basis,
            is_open=panel.is_open,
            threshold=panel.threshold,
            rows=[RowDocument(value, CountsDocument.of(counts)) for value, counts in sorted(panel.breakdown.items())],
        )
