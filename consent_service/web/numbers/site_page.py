"""What the page of a site shows, put together from a report. Who may see it, and where, is not asked here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from consent_service.domain.calendar.periods import KINDS, Period
from consent_service.domain.calendar.ranges import PeriodOrRange, Range
from consent_service.reporting.panels import Panel
from consent_service.reporting.reports import Report
from consent_service.storage.annotations import Annotation
from consent_service.web.numbers import groups, headline, panel_captions
from consent_service.web.numbers.conversions import Conversion, conversions
from consent_service.web.numbers.groups import Group
from consent_service.web.numbers.headline import Figure
from consent_service.web.numbers.links import Asked
from consent_service.web.numbers.series import Series, series


@dataclass(frozen=True)
class Page:
    """Everything that the templates `numbers.html` and `site.html` need.

    ``neighbours`` are the periods before and after, ``switches`` those of other lengths around the same day.
    """

    report: Report
    asked: Asked
    figures: Sequence[Figure]
    compared: str
    series: Series | None
    columns: Sequence[Sequence[Group]]
    shared_basis: str
    goals: Sequence[Conversion]
    goals_basis: str
    annotations: Sequence[Annotation]
    neighbours: tuple[Period | None, Period | None]
    switches: Mapping[str, Period]
    closed_month: PeriodOrRange | None


def page(report: Report, asked: Asked, annotations: Sequence[Annotation], goals: Mapping[str, str]) -> Page:
    panel, reached = conversions(goals, report.panels)
    has_numbers = bool(report.totals) or any(each.breakdown or each.is_published for each in report.panels)
    return Page(
        report=report,
        asked=asked,
        figures=headline.figures(report),
        compared=headline.compared(report),
        series=series(report, asked, annotations),
        columns=groups.columns(report.panels, asked, report.kind == "day") if has_numbers else (),
        shared_basis=_shared_basis(report.panels),
        goals=reached if has_numbers else (),
        goals_basis=panel_captions.basis(panel) if panel else "",
        annotations=annotations,
        neighbours=_neighbours(report),
        switches=_switches(report),
        closed_month=report.period if report.kind == "month" and not report.is_open else None,
    )


def _switches(report: Report) -> Mapping[str, Period]:
    around = {kind: Period.of(report.moment, kind) for kind in KINDS}
    return {kind: period for kind, period in around.items() if not report.site.is_coarsened(period)}


def _neighbours(report: Report) -> tuple[Period | None, Period | None]:
    """The period before and the one after; None before the first that is kept, and in the future. A range has none."""
    period = report.period
    if isinstance(period, Range):
        return None, None
    is_first = period <= report.site.first_period(period.kind)
    is_last = period.last >= report.today
    return None if is_first else period.preceding, None if is_last else period.following


def _shared_basis(panels: Sequence[Panel]) -> str:
    """What all panels have to say of their numbers, to be said once; empty if they differ."""
    lines = {panel_captions.basis(panel) for panel in panels}
    return lines.pop() if len(lines) == 1 else ""
