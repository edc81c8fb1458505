"""``/sites/KEY/exports``, the closed months of a site; ``/sites/KEY/export/2026-10.csv``, some of them as a file.

``/sites/KEY/days/2026.csv`` is the series of their days.
"""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, Response, render_template

from consent_service.domain.calendar.periods import BadPeriod, Period
from consent_service.reporting import exports, reports
from consent_service.reporting.reports import ReportError, StillOpen
from consent_service.storage.counts import closed
from consent_service.storage.database.engine import reading
from consent_service.web import words
from consent_service.web.attachment import attachment
from consent_service.web.numbers.no_period import refuse_period
from consent_service.web.security.access import site_or_404
from consent_service.web.services import services

blueprint = Blueprint("export", __name__, url_prefix="/sites/<key>")

TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@blueprint.get("/exports")
def page(key: str) -> str:
    with reading(services().engine) as connection:
        site = site_or_404(connection, key)
        months = closed.months(connection, key)
    today = site.today(services().clock())
    return render_template(
        "exports.html",
        site=site,
        years=[(year, list(some)) for year, some in groupby(months, key=lambda month: month.first.year)],
        closes=reports.end_of(site, Period.of(today, "month")),
        forms=TYPES,
    )


@blueprint.get("/export/<months>.<any(csv, json, xlsx):form>")
def months(key: str, months: str, form: str) -> Response:
    """A month, a year, or a first and a last month with two dots between them."""
    return _file(key, months, form, TYPES[form], f"{key}-{months}.{form}")


@blueprint.get("/days/<months>.csv")
def days(key: str, months: str) -> Response:
    return _file(key, months, "days", TYPES["csv"], f"{key}-{months}-days.csv")


def _file(key: str, months: str, form: str, mimetype: str, name: str) -> Response:
    with reading(services().engine) as connection:
        site = site_or_404(connection, key)
        try:
            content = exports.file_of(connection, site, months, form, services().clock())
        except StillOpen as error:
            refuse_period(site, f"{words.sentence(error)} Download it when it is closed.", "Not closed yet", 409)
        except (BadPeriod, ReportError) as error:
            refuse_period(site, words.sentence(error))
    return attachment(content, mimetype, name)
