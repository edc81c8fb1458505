"""``/``, the list of sites, and ``/sites/new``, which adds one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from consent_service.domain import days
from consent_service.domain.notice import Terms
from consent_service.domain.texts import NoticeError, Texts, check_texts, purposes_of
from consent_service.domain.wording import SHIPPED, languages_of, texts_in
from consent_service.storage import overviews, sites, trail
from consent_service.storage.engine import reading, writing
from consent_service.storage.overviews import Overview
from consent_service.storage.sites import Site, SiteError
from consent_service.web import access, sparkline
from consent_service.web.forms import Typed
from consent_service.web.services import services
from consent_service.web.sparkline import Bar

blueprint = Blueprint("sites", __name__)

FIELDS = {
    "name": "",
    "hosts": "",
    "languages": "en",
    "purposes": "",
    "timezone": "UTC",
    "threshold": "10",
    "detail": "month",
}
"""The fields of a site's form, and what they hold at first."""


FEW = 10
"""Sites of a list that needs no search."""


class Line(NamedTuple):
    """A site in the list."""

    site: Site
    overview: Overview
    bars: Sequence[Bar]


class SiteForm(Typed):
    """What a new site needs."""

    @property
    def hosts(self) -> list[str]:
        """Host names, one by one; of an address copied from a browser its host."""
        return [host_of(word) for word in self.words("hosts")]

    def texts(self) -> Texts | None:
        """The shipped notice as it was asked for; None, with ``errors``, if there is none such."""
        languages, purposes = languages_of(self.words("languages")), self.words("purposes")
        shipped = purposes_of(SHIPPED)
        for name in purposes:
            if name not in shipped:
                self.errors["purposes"] = f"{name!r} is none of {', '.join(shipped)}; notice publish takes others"
        try:
            texts = texts_in(languages, [name for name in shipped if name in purposes])
            check_texts(texts)
        except NoticeError as error:
            self.errors["languages"] = str(error).partition(": ")[2]
        return None if self.errors else texts

    def terms(self) -> Terms | None:
        """The terms that were typed; None, with ``errors``, if they cannot be."""
        controller = self.name()
        wanted: dict[str, Any] = {
            "timezone": self.typed["timezone"].strip(),
            "threshold": self.number("threshold"),
            "detail": self.typed["detail"],
        }
        for name, value in wanted.items():
            self._check(name, value)
        return None if self.errors else Terms(controller=controller, **wanted)

    def _check(self, name: str, value: Any) -> None:
        try:
            Terms("anyone").amended({name: value})
        except NoticeError as error:
            self.errors[name] = str(error).partition(": ")[2]


def host_of(word: str) -> str:
    """Of an address copied from a browser its host."""
    return urlsplit(word).netloc if "://" in word else word.rstrip("/")


@blueprint.get("/")
def everyone() -> str:
    now, find = services().clock(), request.args.get("find", "").strip()[:100]
    with reading(services().engine) as connection:
        held = [site for site in sites.everyone(connection) if access.may("viewer", site.key)]
        shown = [site for site in held if _matches(site, find.casefold())]
        found = overviews.read(connection, shown, now)
    return render_template(
        "sites.html",
        lines=[Line(site, found[site.key], sparkline.drawn(found[site.key])) for site in shown],
        number=len(held),
        find=find,
        has_search=bool(find) or len(held) > FEW,
        may_add=access.is_administrator(),
    )


def _matches(site: Site, wanted: str) -> bool:
    return any(wanted in text.casefold() for text in (site.name, site.key, *site.hosts))


@blueprint.get("/sites/new")
def form() -> str:
    return _page(SiteForm(FIELDS))


@blueprint.post("/sites/new")
def add() -> ResponseReturnValue:
    filled = SiteForm({name: request.form.get(name, "") for name in FIELDS})
    terms, texts = filled.terms(), filled.texts()
    if terms is None or texts is None:
        return _page(filled), 422
    try:
        with writing(services().engine) as connection:
            site = sites.add(connection, filled.typed["name"], filled.hosts, terms, _today(terms), texts)
            # Not by its name: that goes with the site, and the trail stays.
            trail.note(connection, services().clock(), current_user.email, "site added", site.key)
    except SiteError as error:
        filled.errors["hosts"] = str(error)  # the name was looked at above
        return _page(filled), 422
    return redirect(url_for("site.page", key=site.key))


def _today(terms: Terms) -> date:
    return days.local_day(services().clock(), ZoneInfo(terms.timezone))


def _page(filled: SiteForm) -> str:
    return render_template("site_new.html", form=filled, zones=zones(), languages=list(SHIPPED))


def zones() -> list[str]:
    """The time zones that a form offers."""
    return ["UTC", *sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))]
