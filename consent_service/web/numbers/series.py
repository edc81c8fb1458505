"""The chart of a site's page, and the table behind it: visitors by day or month, beside those compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from consent_service.domain.disclosure.shown import Shown, ShownCounts
from consent_service.reporting.reports import Point, Report
from consent_service.storage.annotations import Annotation
from consent_service.web import words
from consent_service.web.numbers import chart
from consent_service.web.numbers.chart import Chart, Slot
from consent_service.web.numbers.links import Asked


@dataclass(frozen=True)
class SeriesRow:
    """A point of the chart; ``before`` are the visitors of the point that it is compared with.

    ``below`` is k where it is closed and had fewer visitors, else 0.
    """

    label: str
    title: str
    link: str
    counts: ShownCounts | None
    below: int
    before_title: str
    before: Shown | None
    notes: Sequence[str]

    @property
    def visitors(self) -> Shown | None:
        return self.counts["visitors"] if self.counts else None


@dataclass(frozen=True)
class Series:
    """``unit`` is day or month; ``before`` names what it is compared with, and is empty if there is nothing."""

    unit: str
    rows: Sequence[SeriesRow]
    chart: Chart | None
    before: str

    @property
    def has_least(self) -> bool:
        return any(row.visitors and row.visitors.sort == "least" for row in self.rows)

    @property
    def has_gaps(self) -> bool:
        return any(row.link and not row.visitors for row in self.rows)

    @property
    def is_summed(self) -> bool:
        return any(row.visitors and row.visitors.summed for row in self.rows)


def series(report: Report, asked: Asked, annotations: Sequence[Annotation]) -> Series | None:
    """None for a day, which has its month's hours instead, and where there is nothing to tell."""
    before = report.before if report.before and report.before.is_counted else None
    rows = [
        _row(report, point, earlier, asked, annotations)
        for point, earlier in zip_longest(report.series, before.series if before else ())
        if point
    ]
    if not rows or not (report.totals or any(row.counts for row in rows)):
        return None
    unit = "month" if report.kind == "year" or report.series[0].period.kind == "range" else "day"
    has_before = any(row.before for row in rows)
    return Series(
        unit,
        rows,
        chart.render([_slot(row) for row in rows]),
        words.period(before.period) if before and has_before else "",
    )


def _row(
    report: Report, point: Point, earlier: Point | None, asked: Asked, annotations: Sequence[Annotation]
) -> SeriesRow:
    return SeriesRow(
        label=words.part(point.period, report.kind),
        title=words.period(point.period),
        link=asked.to(point.period) if point.is_counted else "",
        counts=point.totals,
        below=point.below,
        before_title=words.period(earlier.period) if earlier else "",
        before=earlier.totals["visitors"] if earlier and earlier.totals else None,
        notes=[note.text for note in annotations if point.period.first <= note.day <= point.period.last],
    )


def _slot(row: SeriesRow) -> Slot:
    title = f"{row.title}: {row.visitors} visitors" if row.visitors else ""
    before = f"{row.before_title}: {row.before} visitors" if row.before else ""
    return Slot(row.label, title, row.link, row.visitors, row.before, before, tuple(row.notes))
