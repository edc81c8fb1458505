"""``/sites/KEY/archive.zip``: all that is closed of a site, as one file that ``consent-service import`` reads back."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response

from consent_service.archive import bundle, writer
from consent_service.storage.database.engine import reading
from consent_service.web.attachment import attachment
from consent_service.web.security.access import site_or_404
from consent_service.web.services import services

blueprint = Blueprint("archive", __name__)


@blueprint.get("/sites/<key>/archive.zip")
def download(key: str) -> Response:
    stream = BytesIO()
    with reading(services().engine) as connection:
        site = site_or_404(connection, key)
        bundle.write(stream, site.key, writer.files(connection, site))
    return attachment(stream.getvalue(), "application/zip", f"{site.key}.zip")
