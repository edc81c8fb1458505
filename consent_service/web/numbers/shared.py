"""``/share/SECRET`` and ``/share/SECRET/frame``: a site's closed periods, for whoever has the link.

What is wrong with a link is not told: one that was never made, one that has ended and one that was revoked are answered
alike, and so is a period that is open or that there is not. The page has no link to the site's own pages, nothing of
its settings, and no cookie is read or set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, Response, abort, render_template, request, url_for
from sqlalchemy import Connection

from consent_service.domain.calendar.periods import BadPeriod, Period
from consent_service.reporting import reports
from consent_service.reporting.reports import Point, Report, ReportError
from consent_service.storage import sites
from consent_service.storage.counts import closed
from consent_service.storage.database.engine import reading
from consent_service.storage.people import share_links
from consent_service.storage.people.share_links import ShareLink
from consent_service.web.numbers import site_page
from consent_service.web.numbers.links import Asked
from consent_service.web.security import headers
from consent_service.web.services import services

blueprint = Blueprint("shared", __name__, url_prefix="/share/<secret>")

NOT_HERE = "This link leads nowhere: it has ended, was taken back, or was never made. Ask whoever gave it to you."


@dataclass(frozen=True)
class Seen:
    """What a link shows: the closed months and years, and one closed period, if there is any yet."""

    link: ShareLink
    name: str
    periods: Sequence[Period]
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
    body = render_template(
        "shared.html",
        seen=seen,
        report=seen.report,
        is_frame=endpoint == "shared.frame",
        to=lambda period: url_for(endpoint, secret=secret, period=period),
        page=_page(seen.report, url_for(endpoint, secret=secret)) if seen.report else None,
    )
    response = Response(body, mimetype="text/html")
    allowed = ancestors or " ".join(seen.link.frame_hosts) or "'none'"
    response.headers["Content-Security-Policy"] = headers.policy(ancestors=allowed)
    if not ancestors:
        # A page that isolates itself may embed it too: it holds nothing that who has the link may not read.
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _read(connection: Connection, secret: str) -> Seen:
    now = services().clock()
    link = share_links.find(connection, secret)
    site = sites.find(connection, link.site) if link else None
    if link is None or site is None or link.has_ended(site.today(now)):
        abort(404, NOT_HERE)
    months = closed.months(connection, site.key)
    periods = [*months, *closed.years(connection, site.key)]
    wanted = request.args.get("period", months[0].name if months else "")
    if not wanted:
        return Seen(link, site.name, periods, None)
    try:
        report = reports.report(connection, site, Period.parse(wanted), now, "previous", services().sums_cache)
    except (BadPeriod, ReportError):
        abort(404, NOT_HERE)
    if report.is_open:
        abort(404, NOT_HERE)
    return Seen(link, site.name, periods, report)


def _page(report: Report, address: str) -> site_page.Page:
    """What the site's own page shows, of what is closed: no annotations, and no goals."""
    more, find, tab = (request.args.get(name, "")[:100] for name in ("more", "find", "tab"))
    asked = Asked(address, more=more, find=find, tab=tab)
    panels = [panel for panel in report.panels if not panel.is_open and panel.breakdown]
    series = [replace(point, totals=None) if _is_rounded(point) else point for point in report.series]
    return site_page.page(replace(report, panels=panels, series=series), asked, annotations=[], goals={})


def _is_rounded(point: Point) -> bool:
    """Whether it is open: a period is closed after all that lies in it, unless a machine came late."""
    return point.totals is not None and point.totals["visitors"].sort == "least"
