"""What the API answers; `caller.check` has let the request through by then."""

from __future__ import annotations

import re

from flask import Response, abort, request
from sqlalchemy import Connection

from consent_service.domain.calendar.periods import BadPeriod, Period
from consent_service.domain.counting.dimensions import DIMENSIONS, MISSING, RENAMED
from consent_service.domain.figures.parts import PARTS
from consent_service.domain.site import Site
from consent_service.reporting import exports, reports
from consent_service.reporting.panels import by_part
from consent_service.reporting.reports import Report, ReportError, StillOpen
from consent_service.storage import sites
from consent_service.storage.counts import closed
from consent_service.storage.database.engine import reading
from consent_service.web import words
from consent_service.web.api import response
from consent_service.web.api.documents import (
    MONTHS,
    PERIOD,
    BreakdownDocument,
    SeriesDocument,
    SiteDocument,
    SitesDocument,
    SiteWithMonthsDocument,
    TotalsDocument,
)
from consent_service.web.numbers import export
from consent_service.web.security.api_caller import NO_SITE, caller
from consent_service.web.services import services

BREAKDOWNS = tuple(name for name, dimension in DIMENSIONS.items() if not dimension.total)


def every_site() -> Response:
    now = services().clock()
    with reading(services().engine) as connection:
        readable = [site for site in sites.everyone(connection) if caller().may_read(site.key)]
    return response.document(SitesDocument([SiteDocument.of(site, now) for site in readable]))


def one_site(key: str) -> Response:
    with reading(services().engine) as connection:
        site = _find(connection, key)
        months = closed.months(connection, key)
    return response.document(SiteWithMonthsDocument.with_months(site, services().clock(), months))


def totals(key: str) -> Response:
    return response.document(TotalsDocument.of(_report(key)))


def series(key: str) -> Response:
    return response.document(SeriesDocument.of(_report(key)))


def breakdown(key: str, dimension: str) -> Response:
    part = _part(dimension)
    report = _report(key)
    panel = next((panel for panel in report.panels if panel.dimension.name == dimension), None)
    if panel is None:
        abort(404, f"The site's notice does not declare {dimension}, and nothing of it was counted.")
    return response.document(BreakdownDocument.of(report.site, by_part(panel, part) if part else panel))


def _part(dimension: str) -> str:
    """By what part of its values a breakdown is added up; empty if by none."""
    if dimension in RENAMED:
        new = RENAMED[dimension]
        abort(404, f"There is no breakdown {dimension} any more: ask for breakdowns/{new}?by={dimension}.")
    if dimension == MISSING:
        abort(404, "Pages that were not found stand in the breakdown page, each as 404 and its path.")
    if dimension not in BREAKDOWNS:
        abort(404, f"There is no such breakdown. There are {', '.join(BREAKDOWNS)}.")
    part = request.args.get("by", "")
    everywhere = [name for names in PARTS.values() for name in names]
    if part and part not in everywhere:
        abort(400, f"A breakdown is added up by one of {', '.join(everywhere)}.")
    if part and part not in PARTS.get(dimension, ()):
        abort(404, f"{dimension} has no part {part}: campaign has source and medium, platform device and system.")
    return part


def months(key: str, months: str, form: str) -> Response:
    return _file(key, months, form, export.TYPES[form])


def days(key: str, months: str) -> Response:
    return _file(key, months, "days", export.TYPES["csv"])


def _file(key: str, months: str, form: str, mimetype: str) -> Response:
    _check_shape(MONTHS, months, "a month, a year or several months: write 2026-11, 2026 or 2026-01..2026-06")
    with reading(services().engine) as connection:
        site = _find(connection, key)
        try:
            content = exports.file_of(connection, site, months, form, services().clock())
        except StillOpen as error:
            abort(409, words.sentence(error))
        except (BadPeriod, ReportError) as error:
            abort(404, words.sentence(error))
    return response.tagged(Response(content, mimetype=mimetype))


def _report(key: str) -> Report:
    """Of the period that is asked for, or of the present month."""
    now = services().clock()
    with reading(services().engine) as connection:
        site = _find(connection, key)
        text = request.args.get("period")
        if text is not None:
            _check_shape(PERIOD, text, "a period: write 2026-11-22, 2026-W47, 2026-11 or 2026")
        try:
            period = Period.of(site.today(now), "month") if text is None else Period.parse(text)
            return reports.report(connection, site, period, now)
        except BadPeriod:
            abort(404, "This is not a period: write 2026-11-22, 2026-W47, 2026-11 or 2026.")
        except ReportError as error:
            abort(404, words.sentence(error))


def _check_shape(pattern: str, text: str, what: str) -> None:
    if not re.search(pattern, text, re.ASCII) or text.endswith("\n"):
        abort(400, f"This is not {what}.")


def _find(connection: Connection, key: str) -> Site:
    site = sites.find(connection, key)
    if site is None:
        abort(404, NO_SITE)
    return site
