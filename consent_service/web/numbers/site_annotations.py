"""``/sites/KEY/annotations``: what happened on which day, written by the site's people."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from consent_service.domain.errors import UserError
from consent_service.domain.site import Site
from consent_service.storage import annotations as kept
from consent_service.storage.database.engine import reading, writing
from consent_service.web import history
from consent_service.web.security.access import site_or_404
from consent_service.web.services import services

blueprint = Blueprint("site_annotations", __name__, url_prefix="/sites/<key>/annotations")


@blueprint.get("")
def everything(key: str) -> str:
    with reading(services().engine) as connection:
        return _page(connection, site_or_404(connection, key))


@blueprint.post("")
def add(key: str) -> ResponseReturnValue:
    day, text, now = request.form.get("day", "").strip(), request.form.get("text", ""), services().clock()
    with writing(services().engine) as connection:
        site = site_or_404(connection, key)
        try:
            made = kept.add(connection, site, day, text, site.today(now))
        except UserError as error:
            return _page(connection, site, day, text, error), 422
        history.note(connection, "annotation added", key, day=made.day.isoformat())
    return redirect(url_for("site_annotations.everything", key=key))


@blueprint.post("/remove")
def remove(key: str) -> ResponseReturnValue:
    """Ask first; what comes from the question, with ``sure``, removes.

    Removing an annotation that is already gone is no error.
    """
    if "sure" not in request.form:
        return _ask(key, request.form.get("id", ""))
    with writing(services().engine) as connection:
        gone = kept.remove(connection, key, request.form.get("id", ""))
        if gone:
            day = gone.day.isoformat()
            history.note(connection, "annotation removed", key, day=day)
    return redirect(url_for("site_annotations.everything", key=key))


def _ask(key: str, number: str) -> ResponseReturnValue:
    with reading(services().engine) as connection:
        site = site_or_404(connection, key)
        chosen = next((each for each in kept.of(connection, key) if each.id == number), None)
    if chosen is None:
        return redirect(url_for("site_annotations.everything", key=key))
    return render_template(
        "annotation_remove.html", site=site, annotation=chosen, current_tab="site_annotations.everything"
    )


def _page(connection: Connection, site: Site, day: str = "", text: str = "", error: UserError | None = None) -> str:
    today = site.today(services().clock())
    return render_template(
        "annotations.html",
        site=site,
        annotations=kept.of(connection, site.key)[::-1],
        typed_day=day if error else today.isoformat(),
        text=text,
        error=error,
        longest=kept.LONGEST_TEXT,
    )
