"""``/sites/KEY/sharing``: the links under which anyone sees a site's closed periods, and who may embed them."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from consent_service import hostnames
from consent_service.domain.access.origins import origins_of
from consent_service.domain.errors import UserError
from consent_service.domain.site import Site
from consent_service.storage.database.engine import reading, writing
from consent_service.storage.people import share_links
from consent_service.storage.people.audit_trail import ActionName
from consent_service.storage.people.share_links import ShareLink
from consent_service.web import history
from consent_service.web.forms import Typed
from consent_service.web.security.access import site_or_404
from consent_service.web.services import services

blueprint = Blueprint("sharing", __name__, url_prefix="/sites/<key>/sharing")

MOST_LINKS = 50
LONGEST_DAYS = 366
USUAL_DAYS = 90

NO_LINK = "The site has no such link; perhaps it was revoked already. The list of its links has those that there are."
TOO_MANY = f"a site has at most {MOST_LINKS} links; revoke one that is not used any more"


class LinkForm(Typed):
    """What a new link is to be."""

    def ends_on(self, today: date) -> date:
        return self.day("ends_on", today, today + timedelta(days=LONGEST_DAYS))

    def origins(self) -> list[str]:
        try:
            return origins_of(self.typed["origins"], hostnames.to_ascii)
        except UserError as error:
            self.errors["origins"] = str(error)
            return []


@blueprint.get("")
def page(key: str) -> str:
    with reading(services().engine) as connection:
        site = site_or_404(connection, key)
    return _page(site, _empty(_today(site)))


@blueprint.post("")
def make(key: str) -> ResponseReturnValue:
    typed = LinkForm({name: request.form.get(name, "") for name in ("name", "ends_on", "origins")})
    with writing(services().engine) as connection:
        site = site_or_404(connection, key)
        today = _today(site)
        name, ends_on, origins = typed.name(), typed.ends_on(today), typed.origins()
        if len(share_links.of_site(connection, key)) >= MOST_LINKS:
            typed.errors["name"] = TOO_MANY
        made = ""
        if not typed.errors:
            made = share_links.make(connection, key, name, origins, today, ends_on)
            link = share_links.find(connection, made)
            _note(connection, "link made", key, link)
    return _page(site, _empty(today), made, bool(origins)) if made else (_page(site, typed), 422)


@blueprint.post("/<number>/revoke")
def revoke(key: str, number: str) -> ResponseReturnValue:
    with writing(services().engine) as connection:
        link = share_links.revoke(connection, key, number)
        if link is None:
            abort(404, NO_LINK)
        _note(connection, "link revoked", key, link)
    return redirect(url_for("sharing.page", key=key))


def _note(connection: Connection, action: ActionName, key: str, link: ShareLink | None) -> None:
    """By its id: whom a link is for may be a name, and the trail outlives the site."""
    history.note(connection, action, key, link=link.id if link else "")


def _today(site: Site) -> date:
    return site.today(services().clock())


def _empty(today: date) -> LinkForm:
    return LinkForm({"name": "", "ends_on": (today + timedelta(days=USUAL_DAYS)).isoformat(), "origins": ""})


def _page(site: Site, typed: LinkForm, made: str = "", is_framed: bool = False) -> str:
    with reading(services().engine) as connection:
        links = share_links.of_site(connection, site.key)
    url = services().config.public_url
    return render_template(
        "sharing.html",
        site=site,
        form=typed,
        links=links,
        today=_today(site),
        made=made and f"{url}{url_for('shared.page', secret=made)}",
        frame=f"{url}{url_for('shared.frame', secret=made)}" if is_framed else "",
    )
