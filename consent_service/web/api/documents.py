"""The API's answers: documents of what is published, each with a tag by which a program need not read it twice."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec
from flask import Response, request

from consent_service.domain.calendar.periods import Period
from consent_service.domain.disclosure.shown import ShownCounts
from consent_service.domain.site import Site
from consent_service.reporting.panels import Panel
from consent_service.reporting.reports import Report


def answer(document: object) -> Response:
    return tagged(Response(msgspec.json.encode(document), mimetype="application/json"))


def tagged(response: Response) -> Response:
    """With a strong ETag, made of the bytes themselves; 304 if the program has them already.

    Not made of the digest of a closed period in the database, for that is over counts that are not shown.
    """
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest())
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


def of_site(site: Site, now: float) -> dict[str, Any]:
    """A site with what is in force on its present day."""
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


def with_months(site: Site, now: float, months: Sequence[Period]) -> dict[str, Any]:
    return {**of_site(site, now), "closed_months": [month.name for month in months]}


def of_totals(report: Report) -> dict[str, Any]:
    return {**_head(report), "totals": of_counts(report.totals)}


def of_series(report: Report) -> dict[str, Any]:
    points = [{"period": one.period.name, "totals": of_counts(one.totals)} for one in report.series if one.is_counted]
    return {**_head(report), "series": points}


def of_panel(report: Report, panel: Panel) -> dict[str, Any]:
    rows = [{"value": value, "counts": of_counts(counts)} for value, counts in sorted(panel.breakdown.items())]
    return {
        "site": report.site.key,
        "dimension": panel.dimension.name,
        "period": panel.period.name,
        "basis": panel.basis,
        "is_open": panel.is_open,
        "threshold": panel.threshold,
        "rows": rows,
    }


def _head(report: Report) -> dict[str, Any]:
    return {
        "site": report.site.key,
        "period": report.period.name,
        "is_open": report.is_open,
        "threshold": report.threshold,
    }


def of_counts(counts: ShownCounts | None) -> dict[str, Any] | None:
    """By measure; None where nothing may be shown."""
    return None if counts is None else {name: count._asdict() for name, count in counts.items()}
