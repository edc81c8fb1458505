"""The site that a path of the owner's side names."""

from __future__ import annotations

from flask import abort
from sqlalchemy import Connection

from consent_service.storage import sites
from consent_service.storage.sites import Site
from consent_service.web.access import NO_SITE


def site_or_404(connection: Connection, key: str) -> Site:
    """Roles are asked for before: here a site that was removed a moment ago is told from one that is there."""
    site = sites.find(connection, key)
    if site is None:
        abort(404, NO_SITE)
    return site
