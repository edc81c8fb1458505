"""``/sites/KEY/archive.zip``: all that is closed of a site, as one file that ``consent-service import`` reads back."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, abort

from consent_service.storage import archive, packed, sites
from consent_service.storage.engine import reading
from consent_service.web.access import NO_SITE
from consent_service.web.export import attachment
from consent_service.web.services import services

blueprint = Blueprint("archive", __name__)


@blueprint.get("/sites/<key>/archive.zip")
def download(key: str) -> Response:
    stream = BytesIO()
    with reading(services().engine) as connection:
        site = sites.find(connection, key)
        if site is None:
            abort(404, NO_SITE)
        packed.write(stream, site.key, archive.files(connection, site))
    return attachment(stream.getvalue(), "application/zip", f"{site.key}.zip")
