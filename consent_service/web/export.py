"""``/sites/KEY/export/2026-10.csv`` and ``.json``: a closed month as a file."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from consent_service.storage import reports, sites
from consent_service.storage.engine import reading
from consent_service.storage.reports import ReportError, StillOpen
from consent_service.web.access import NO_SITE
from consent_service.web.services import services

blueprint = Blueprint("export", __name__)

_TYPES = {"csv": "text/csv", "json": "application/json"}


@blueprint.get("/sites/<key>/export/<month>.<any(csv, json):form>")
def month(key: str, month: str, form: str) -> Response:
    with reading(services().engine) as connection:
        site = sites.find(connection, key)
        if site is None:
            abort(404, NO_SITE)
        try:
            content = reports.export(connection, site, month, form, services().clock())
        except StillOpen as error:
            abort(409, f"{error}. Download it when it is closed.")
        except ReportError as error:
            abort(400, f"{error}.")
    response = Response(content, mimetype=_TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{site.key}-{month}.{form}"'
    return response
