"""``/share/SECRET`` and ``/share/SECRET/frame``: a site's closed periods, for whoever has the link.

What is wrong with a link is not told: one that was never made, one that has ended and one that was revoked are answered
alike, and so is a period that is open or that there is not. The page has no link to the site's own pages, nothing of
its settings, and no cookie is read or set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, render_template, request, url_for
from sqlalchemy import Connection

from consent_service.domain import days, shown
from consent_service.domain.dimensions import OTHER
from consent_service.domain.shown import Rate, ShownCounts
from consent_service.storage import closed, reports, share_links, sites
from consent_service.storage.engine import reading
from consent_service.storage.reports import Panel, Report, ReportError
from consent_service.storage.share_links import ShareLink
from consent_service.web import chart, words
from consent_service.web.chart import Chart, Slot
from consent_service.web.services import services

blueprint = Blueprint("shared", __name__, url_prefix="/share/<secret>")

NOT_HERE = "This link leads nowhere: it has ended, was taken back, or was never made. Ask whoever gave it to you."

ROWS = 24
"""Of each panel, the largest; and of the hours all."""

MEASURES = ("visitors", "visits", "views", "entries")

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors {}"
)


@dataclass(frozen=True)
class Table:
    """One panel's largest values, and how many more there are."""

    panel: Panel
    measures: Sequence[str]
    rows: Sequence[tuple[str, ShownCounts]]
    more: int


@dataclass(frozen=True)
class Seen:
    """What a link shows: closed months, and one closed period, if there is any yet."""

    link: ShareLink
    name: str
    months: Sequence[str]
    report: Report | None


@blueprint.get("")
def page(secret: str) -> Response:
    return _answer(secret, "shared.page", "'none'")


@blueprint.get("/frame")
def frame(secret: str) -> Response:
    """The same for a page of the listed origins to embed."""
    return _answer(secret, "shared.frame", "")


def _answer(secret: str, endpoint: str, ancestors: str) -> Response:
    with reading(services().engine) as connection:
        seen = _read(connection, secret)
    report = seen.report
    body = render_template(
        "shared.html",
        seen=seen,
        report=report,
        is_frame=endpoint == "shared.frame",
        to=lambda month: url_for(endpoint, secret=secret, period=month),
        chart=_chart(report) if report else None,
        tables=[_table(panel) for panel in report.panels if not panel.is_open and panel.breakdown] if report else [],
        rates=_rates(report) if report else {},
    )
    response = Response(body, mimetype="text/html")
    allowed = ancestors or " ".join(seen.link.frame_hosts) or "'none'"
    response.headers["Content-Security-Policy"] = _POLICY.format(allowed)
    if not ancestors:
        # A page that isolates itself may embed it too: it holds nothing that who has the link may not read.
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _read(connection: Connection, secret: str) -> Seen:
    now = services().clock()
    link = share_links.find(connection, secret)
    site = sites.find(connection, link.site) if link else None
    if link is None or site is None or link.has_ended(reports.today_of(site, now)):
        abort(404, NOT_HERE)
    months = closed.months(connection, site.key)
    period = request.args.get("period", months[0] if months else "")
    if not period:
        return Seen(link, site.name, months, None)
    try:
        report = reports.report(connection, site, period, now)
    except ReportError:
        abort(404, NOT_HERE)
    if report.is_open:
        abort(404, NOT_HERE)
    return Seen(link, site.name, months, report)


def _chart(report: Report) -> Chart | None:
    """Visitors by the parts that are closed; None if there is nothing to draw."""
    kind = days.kind_of(report.period)
    slots = []
    for point in report.series:
        count = point.totals["visitors"] if point.totals else None
        told = count if count and count.sort != "least" else None
        title = f"{words.period(point.period)}: {told} visitors" if told else ""
        slots.append(Slot(words.part(point.period, kind), title, "", told))
    return chart.draw(slots) if any(slot.count and slot.count.known for slot in slots) else None


def _table(panel: Panel) -> Table:
    leading = "visitors" if "visitors" in panel.dimension.measures else "visits"
    is_clock = panel.dimension.name == "hour"
    rows = sorted(panel.breakdown.items(), key=lambda row: _place(row[0], row[1][leading].known, is_clock))
    return Table(
        panel=panel,
        measures=[measure for measure in MEASURES if measure in panel.dimension.measures],
        rows=[(words.value(panel.dimension.name, value), counts) for value, counts in rows[:ROWS]],
        more=max(len(rows) - ROWS, 0),
    )


def _place(value: str, known: int, is_clock: bool) -> tuple[bool, int, str]:
    """By number and name, hours by the clock; ``(other)`` comes last."""
    return (False, int(value), "") if is_clock and value.isdigit() else (value == OTHER, -known, value)


def _rates(report: Report) -> dict[str, Rate | None]:
    if report.totals is None:
        return {}
    return {
        "views": shown.per_visit(report.totals, "views", report.threshold),
        "bounces": shown.bounces(report.totals, report.threshold),
        "seconds": shown.per_visit(report.totals, "engaged_seconds", report.threshold),
    }
