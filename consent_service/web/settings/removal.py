"""``/sites/KEY/remove``: a site goes, with everything that belongs to it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consent_service.administration import site_acts
from consent_service.domain.site import Site
from consent_service.storage.database.engine import reading
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
    typed = request.form.get("name", "")
    with reading(services().engine) as connection:
        site = site_or_404(connection, key)
    if " ".join(typed.split()) != " ".join(site.name.split()):
        return _page(site, typed, "this is not the site's name"), 422
    site_acts.remove(services().engine, history.actor(), key, patience=0)  # a page does not wait for the workers
    return redirect(url_for("overview.everyone"))


def _page(site: Site, typed: str = "", error: str = "") -> str:
    return render_template("remove.html", site=site, typed=typed, error=error, current_tab="settings.form")
