"""``/sites/KEY/proof.zip``: what visitors were asked, and how often they agreed, as one archive."""

from __future__ import annotations

from flask import Blueprint, Response

from consent_service.domain.notice import in_use
from consent_service.proof import evidence, pictures
from consent_service.reporting import acceptances
from consent_service.storage.database.engine import reading
from consent_service.web.attachment import attachment
from consent_service.web.security.access import site_or_404
from consent_service.web.services import services

blueprint = Blueprint("proof", __name__)


@blueprint.get("/sites/<key>/proof.zip")
def archive(key: str) -> Response:
    parts = services()
    with reading(parts.engine) as connection:
        site = site_or_404(connection, key)
        accepted = acceptances.by_month(connection, site)
    versions = list(in_use.uses(site.timeline, site.created_on, site.today(parts.clock())))
    take, note = pictures.take_quickly(site, versions, parts.config.public_url, parts.monotonic)
    content = evidence.archive(site, versions, accepted, take, note)
    return attachment(content, "application/zip", f"{key}-proof.zip")
