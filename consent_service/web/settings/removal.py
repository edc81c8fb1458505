"""``/sites/KEY/remove``: a site goes, with everything that belongs to it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consent_service.domain.site import Site
from consent_service.storage import sites
from consent_service.storage.database.engine import reading, truncate_log, writing
from consent_service.web import history
from consent_service.web.security.access import site_or_404
from consent_service.web.services import services

blueprint = Blueprint("removal", __name__)


@blueprint.get("/sites/<key>/remove")
def form(key: str) -> str:
    with reading(services().engine) as connection:
        return _page(site_or_404(connection, key))


@blueprint.post("/sites/<key>/remove")
def remove(key: str) -> ResponseReturnValue:
    """What waits in a spool goes with the keeper's next step. The trail stays."""
    typed = request.form.get("name", "")
    with writing(services().engine) as connection:
        site = site_or_404(connection, key)
        if " ".join(typed.split()) != " ".join(site.name.split()):
            return _page(site, typed, "this is not the site's name"), 422
        sites.remove(connection, key)
        history.note(connection, "site removed", key)
    # If somebody reads just now, the keeper does it within the minute: a worker has one thread, and does not wait.
    truncate_log(services().engine, patience=0)
    return redirect(url_for("overview.everyone"))


def _page(site: Site, typed: str = "", error: str = "") -> str:
    return render_template("remove.html", site=site, typed=typed, error=error, current_tab="settings.form")
