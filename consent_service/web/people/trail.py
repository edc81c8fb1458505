"""``/sites/KEY/trail`` and ``/trail``: what owners did with a site, and with all of them."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request

from consent_service.storage import sites
from consent_service.storage.database.engine import reading
from consent_service.storage.people import audit_trail
from consent_service.web.security.access import site_or_404
from consent_service.web.services import services

blueprint = Blueprint("trail", __name__)

ON_A_PAGE = 100

NO_PAGE = "There is no such page: pages are numbered from 1. Open the history anew."


@blueprint.get("/sites/<key>/trail")
def page(key: str) -> str:
    number = _page_number()
    with reading(services().engine) as connection:
        site = site_or_404(connection, key)
        # One more than is shown tells whether there is another page.
        actions = audit_trail.latest(connection, key, ON_A_PAGE + 1, (number - 1) * ON_A_PAGE)
    return render_template(
        "trail_site.html", site=site, actions=actions, number=number, zone=site.zone(services().clock())
    )


@blueprint.get("/trail")
def everything() -> str:
    number = _page_number()
    with reading(services().engine) as connection:
        actions = audit_trail.latest(connection, None, ON_A_PAGE + 1, (number - 1) * ON_A_PAGE)
        names = sites.names(connection)
    return render_template("trail_all.html", actions=actions, number=number, names=names, zone="UTC")


def _page_number() -> int:
    typed = request.args.get("page", "1")
    if not (typed.isascii() and typed.isdigit() and 0 < len(typed) < 7 and int(typed)):
        abort(400, NO_PAGE)
    return int(typed)
