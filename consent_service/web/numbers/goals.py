"""``/sites/KEY/goals``: which events' share of the visits the site's page shows."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from consent_service.domain.errors import UserError
from consent_service.domain.site import Site
from consent_service.storage import goals
from consent_service.storage.database.engine import reading, writing
from consent_service.web import history
from consent_service.web.security.access import site_or_404
from consent_service.web.services import services

blueprint = Blueprint("goals", __name__, url_prefix="/sites/<key>/goals")


@blueprint.get("")
def everything(key: str) -> str:
    with reading(services().engine) as connection:
        return _page(connection, site_or_404(connection, key))


@blueprint.post("")
def add(key: str) -> ResponseReturnValue:
    event, name = request.form.get("event", ""), request.form.get("name", "")
    with writing(services().engine) as connection:
        site = site_or_404(connection, key)
        try:
            goals.add(connection, site, event, name)
        except UserError as error:
            return _page(connection, site, event, name, error), 422
        history.note(connection, "goal added", key, event=event)
    return redirect(url_for("goals.everything", key=key))


@blueprint.post("/remove")
def remove(key: str) -> ResponseReturnValue:
    """Removing what is gone already is well, too."""
    event = request.form.get("event", "")
    with writing(services().engine) as connection:
        gone = goals.remove(connection, key, event)
        if gone is not None:
            history.note(connection, "goal removed", key, event=event)
    return redirect(url_for("goals.everything", key=key))


def _page(connection: Connection, site: Site, event: str = "", name: str = "", error: UserError | None = None) -> str:
    held = goals.of(connection, site.key)
    return render_template(
        "goals.html",
        site=site,
        goals=held,
        events=[declared for declared in goals.declared(site) if declared not in held],
        has_events=bool(goals.declared(site)),
        event=event,
        name=name,
        error=error,
    )
