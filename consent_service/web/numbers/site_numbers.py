"""``/sites/KEY``: everything about a site in one period or range of days, and each panel of it as a file."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from sqlalchemy import Connection

from consent_service.domain.calendar.comparison import COMPARISONS, Comparison
from consent_service.domain.calendar.periods import BadPeriod, Period
from consent_service.domain.calendar.ranges import BadRange, read_range
from consent_service.domain.counting.dimensions import DIMENSIONS
from consent_service.domain.figures.panel_file import PanelFile
from consent_service.domain.site import Site
from consent_service.reporting import ranges as ranged
from consent_service.reporting import reports
from consent_service.reporting.reports import Coarsened, Report, ReportError
from consent_service.snippet.lines import lines
from consent_service.storage import annotations as kept
from consent_service.storage import goals
from consent_service.storage.database.engine import reading
from consent_service.web import words
from consent_service.web.attachment import attachment
from consent_service.web.first_hit import FirstHit, first_hit
from consent_service.web.numbers import site_page
from consent_service.web.numbers.links import Asked, fields_of
from consent_service.web.numbers.no_period import refuse_period
from consent_service.web.security import headers
from consent_service.web.security.access import site_or_404
from consent_service.web.services import services

blueprint = Blueprint("site_numbers", __name__)


class _Wanted(NamedTuple):
    """A period, or the first and last day of a range as they were typed."""

    period: str
    first: str
    last: str

    @property
    def is_range(self) -> bool:
        return bool(self.first or self.last)


@blueprint.get("/sites/<key>")
def page(key: str) -> Response:
    more, find, tab = (request.args.get(name, "")[:100] for name in ("more", "find", "tab"))
    asked = Asked(url_for("site_numbers.page", key=key), _comparison(), more, find, tab)
    wanted = _wanted()
    with reading(services().engine) as connection:
        site = site_or_404(connection, key)
        try:
            report = _report(connection, site, wanted, asked.comparison)
        except BadRange as error:
            return make_response(_bad_range(site, wanted, asked, error), 400)
        noted = kept.of(connection, key, report.period.first, report.period.last)
        wished = goals.of(connection, key)
        first = first_hit(connection, site) if report.is_open and not report.totals else ""
    response = make_response(_rendered(report, asked, site_page.page(report, asked, noted, wished), first))
    response.headers["Content-Security-Policy"] = headers.WITH_SCRIPT
    return response


@blueprint.get("/sites/<key>/panel/<name>.csv")
def panel(key: str, name: str) -> Response:
    """What a panel shows, whole, as a file."""
    if name not in DIMENSIONS or DIMENSIONS[name].total:
        abort(404, "There is no such panel. Go back to the site's page, where each panel has its own address.")
    with reading(services().engine) as connection:
        site = site_or_404(connection, key)
        try:
            report = _report(connection, site, _wanted(), "none")
        except BadRange as error:
            abort(400, words.sentence(error))
    shown = next((panel for panel in report.panels if panel.dimension.name == name), None)
    if shown is None:
        abort(404, "This panel is not there in this period: the notice did not declare it, or it is counted by month.")
    file = PanelFile(shown.dimension, shown.period, shown.basis, shown.breakdown)
    filename = f"{key}-{shown.period.name.replace('/', '_')}-{name}.csv"
    return attachment(file.written(), "text/csv", filename)


def _parts_of(period: Period) -> list[Period]:
    """The months and years that hold a period."""
    return list(dict.fromkeys([*period.months, *(Period.of(month.first, "year") for month in period.months)]))


def _comparison() -> Comparison:
    wanted = request.args.get("compare", "previous")
    comparison = next((known for known in COMPARISONS if known == wanted), None)
    if comparison is None:
        abort(400, f"A period is compared with one of {', '.join(COMPARISONS)}.")
    return comparison


def _wanted() -> _Wanted:
    return _Wanted(*(request.args.get(name, "").strip() for name in ("period", "from", "to")))


def _report(connection: Connection, site: Site, wanted: _Wanted, comparison: Comparison) -> Report:
    """Raises BadRange."""
    now = services().clock()
    if wanted.is_range:
        chosen = read_range(wanted.first, wanted.last, site.created_on, site.today(now))
        return ranged.report(connection, site, chosen, now, comparison, services().sums_cache)
    try:
        period = Period.parse(wanted.period) if wanted.period else Period.of(site.today(now), "month")
    except BadPeriod:
        refuse_period(site, f"{wanted.period[:40]!r} is not a period: write 2026-11-22, 2026-W47, 2026-11 or 2026.")
    try:
        return reports.report(connection, site, period, now, comparison, services().sums_cache)
    except Coarsened:
        page = render_template("coarsened.html", site=site, period=period, parts=_parts_of(period))
        abort(make_response(page, 410))
    except ReportError as error:
        refuse_period(site, words.sentence(error))


def _rendered(report: Report, asked: Asked, shown: site_page.Page, first: FirstHit) -> str:
    site, period = report.site, report.period
    return render_template(
        "site.html",
        site=site,
        page=shown,
        report=report,
        asked=asked,
        first_hit=first,
        ends_at=reports.end_of(site, period) if isinstance(period, Period) else "",
        is_over=isinstance(period, Period) and services().clock() >= site.timeline.ends_at(period),
        files=lambda panel: f"{asked.base}/panel/{panel.dimension.name}.csv?{urlencode(fields_of(panel.period))}",
        lines=lines(site, services().config.public_url),
    )


def _bad_range(site: Site, wanted: _Wanted, asked: Asked, error: BadRange) -> str:
    return render_template("range.html", site=site, wanted=wanted, asked=asked, error=error)
