"""``/``, the list of sites."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flask import Blueprint, render_template, request

from consent_service.domain.site import Site
from consent_service.hostnames import to_unicode
from consent_service.reporting import overviews
from consent_service.reporting.overviews import Overview
from consent_service.storage import sites
from consent_service.storage.database.engine import reading
from consent_service.web.numbers import sparkline
from consent_service.web.numbers.sparkline import MonthBar
from consent_service.web.security import access
from consent_service.web.services import services

blueprint = Blueprint("overview", __name__)

FEW = 10
"""Sites of a list that needs no search."""


class SiteLine(NamedTuple):
    """A site in the list."""

    site: Site
    overview: Overview
    bars: Sequence[MonthBar]


@blueprint.get("/")
def everyone() -> str:
    now, find = services().clock(), request.args.get("find", "").strip()[:100]
    with reading(services().engine) as connection:
        held = [site for site in sites.everyone(connection) if access.may("viewer", site.key)]
        shown = [site for site in held if _matches(site, find.casefold())]
        by_site = overviews.read(connection, shown, now)
    return render_template(
        "sites.html",
        lines=[SiteLine(site, by_site[site.key], sparkline.render(by_site[site.key])) for site in shown],
        number=len(held),
        find=find,
        has_search=bool(find) or len(held) > FEW,
        may_add=access.is_administrator(),
    )


def _matches(site: Site, wanted: str) -> bool:
    return any(wanted in text.casefold() for text in (site.name, site.key, *site.hosts, *map(to_unicode, site.hosts)))
