"""``/sites/KEY``: everything about a site in one period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consent_service.domain import days, shown
from consent_service.domain.days import KINDS
from consent_service.domain.dimensions import NONE, OTHER
from consent_service.domain.shown import Shown, ShownCounts
from consent_service.storage import reports, sites
from consent_service.storage.engine import reading
from consent_service.storage.reports import Coarsened, Panel, Report, ReportError
from consent_service.web import chart, words
from consent_service.web.access import NO_SITE
from consent_service.web.chart import Chart, Slot
from consent_service.web.services import services

blueprint = Blueprint("site", __name__)

SHOWN_MEASURES = ("visitors", "visits", "views", "entries")
"""In the order of the columns."""

FEW = 10
"""Rows of a table before "more"."""


@dataclass(frozen=True)
class Line:
    """A row of a table; ``share`` is its part of the largest row, in percent."""

    label: str
    is_ours: bool
    share: int
    counts: ShownCounts


@dataclass(frozen=True)
class Table:
    """A panel's rows as they are shown: in order, cut to the first few unless all were asked for."""

    panel: Panel
    measures: Sequence[str]
    rows: Sequence[Line]
    all_rows: int
    chart: Chart | None
    is_wide: bool

    @property
    def name(self) -> str:
        return self.panel.dimension.name


@blueprint.get("/sites/<key>")
def page(key: str) -> ResponseReturnValue:
    now = services().clock()
    with reading(services().engine) as connection:
        site = sites.find(connection, key)
        if site is None:
            abort(404, NO_SITE)
        period = request.args.get("period") or f"{reports.today_of(site, now):%Y-%m}"
        try:
            report = reports.report(connection, site, period, now)
        except Coarsened:
            return render_template("coarsened.html", site=site, period=period, parts=_parts_of(period)), 410
        except ReportError as error:
            abort(400, words.sentence(error))
    return _render(report)


def _parts_of(period: str) -> list[str]:
    """The months and years that hold a period."""
    found = days.days_in(period)
    return list(dict.fromkeys([*(day[:7] for day in found), *(day[:4] for day in found)]))


def _render(report: Report) -> str:
    return render_template(
        "site.html",
        report=report,
        site=report.site,
        kind=days.kind_of(report.period),
        ends=reports.end_of(report.site, report.period),
        is_over=services().clock() >= report.site.timeline.ends_at(report.period),
        neighbours=_neighbours(report),
        switches={kind: days.period_of(report.moment, kind) for kind in KINDS},
        chart=_series(report),
        tables=_tables(report, request.args.get("more", "")),
        shared_basis=_shared_basis(report),
        rates=_rates(report),
        closed_month=_closed_month(report),
        snippet=f'<script src="{services().config.public_url}/s/{report.site.key}/consent.js" defer></script>',
    )


def _neighbours(report: Report) -> tuple[str | None, str | None]:
    """The period before and the one after; None before the site was made and in the future."""
    kind = days.kind_of(report.period)
    is_first = report.period <= report.site.first_period(kind)
    is_last = report.period >= days.period_of(report.today, kind)
    return None if is_first else days.preceding(report.period), None if is_last else days.following(report.period)


def _closed_month(report: Report) -> str | None:
    """The month that can be downloaded from here."""
    return report.period if days.kind_of(report.period) == "month" and not report.is_open else None


def _rates(report: Report) -> dict[str, shown.Rate | None]:
    if report.totals is None:
        return {}
    return {
        "views": shown.per_visit(report.totals, "views", report.threshold),
        "bounces": shown.bounces(report.totals, report.threshold),
        "seconds": shown.per_visit(report.totals, "engaged_seconds", report.threshold),
    }


def _series(report: Report) -> Chart | None:
    """Visitors by day or month; None if there is nothing to draw, and for a day, which has its month's hours."""
    kind = days.kind_of(report.period)
    slots = [
        Slot(
            label=words.part(point.period, kind),
            title=f"{words.period(point.period)}: {count} visitors" if count else "",
            link=url_for("site.page", key=report.site.key, period=point.period),
            count=count,
        )
        for point in report.series
        for count in [point.totals["visitors"] if point.totals else None]
    ]
    return _draw(slots)


def _hours(panel: Panel) -> Chart | None:
    counts = {value: row["visits"] for value, row in panel.breakdown.items()}
    slots = [_hour(hour, counts.get(str(hour))) for hour in range(24)]
    return _draw(slots)


def _hour(hour: int, count: Shown | None) -> Slot:
    return Slot(f"{hour:02}", f"{hour:02}:00: {count} visits" if count else "", "", count)


def _draw(slots: Sequence[Slot]) -> Chart | None:
    return chart.draw(slots) if any(slot.count and slot.count.known for slot in slots) else None


def _tables(report: Report, more: str) -> list[Table]:
    """In the order of the dimensions; a day, which has no shorter periods to draw, begins with the hours.

    None at all, where there is nothing to say but that there is nothing.
    """
    if not report.totals and not any(panel.breakdown or panel.is_published for panel in report.panels):
        return []
    first = "hour" if not report.series else "page"
    panels = sorted(report.panels, key=lambda panel: panel.dimension.name != first)
    return [_table(panel, more, panel.dimension.name in (first, "page")) for panel in panels]


def _shared_basis(report: Report) -> str:
    """What all panels have to say of their numbers, to be said once; empty if they differ."""
    lines = {words.basis(panel, report.period) for panel in report.panels}
    return lines.pop() if len(lines) == 1 else ""


def _table(panel: Panel, more: str, is_wide: bool) -> Table:
    name, leading = panel.dimension.name, _leading(panel)
    rows = sorted(panel.breakdown.items(), key=lambda row: _place(name, row[0], row[1][leading].known))
    cut = len(rows) > FEW + 1 and name not in (more, "hour")
    most = max((counts[leading].known for _, counts in rows), default=0) or 1
    return Table(
        panel=panel,
        measures=[measure for measure in SHOWN_MEASURES if any(measure in counts for _, counts in rows)],
        rows=[
            Line(words.value(name, value), value in (NONE, OTHER), round(100 * counts[leading].known / most), counts)
            for value, counts in (rows[:FEW] if cut else rows)
        ],
        all_rows=len(rows),
        chart=_hours(panel) if name == "hour" else None,
        is_wide=is_wide,
    )


def _leading(panel: Panel) -> str:
    """The measure by which a table is ordered, and which its bars show."""
    return "visitors" if "visitors" in panel.dimension.measures else "visits"


def _place(name: str, value: str, known: int) -> tuple[bool, int, str]:
    """By number and name, hours by the clock; ``(other)`` comes last."""
    if name == "hour" and value.isdigit():
        return False, int(value), ""
    return value == OTHER, -known, value
