"""``/sites/new``: adds a site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consent_service import hostnames
from consent_service.administration import site_acts
from consent_service.domain.notice.notice import Terms
from consent_service.domain.notice.texts import NoticeError, Texts, check_texts, purposes_of
from consent_service.domain.notice.wording import SHIPPED, languages_of, texts_in
from consent_service.hostnames import HostNameError, TypedHosts
from consent_service.storage.database.engine import writing
from consent_service.storage.sites import SiteError
from consent_service.web import history, words
from consent_service.web.forms import Typed, zones
from consent_service.web.security import headers
from consent_service.web.services import services
from consent_service.web.settings.costs import BY_DAY_FROM

blueprint = Blueprint("adding", __name__, url_prefix="/sites/new")

FIELDS = {
    "name": "",
    "hosts": "",
    "language": "en",
    "purposes": "",
    "timezone": "UTC",
    "threshold": "10",
    "detail": "month",
}
"""The fields of a site's form, and what they hold at first."""
ALL = "all"
"""What the box is called that stands for all languages."""


@dataclass
class SiteForm(Typed):
    """What a new site needs. ``also`` are the boxes of further languages that are ticked."""

    also: Sequence[str] = ()

    def hosts(self) -> TypedHosts:
        """Host names; of an address copied from a browser its host. With ``errors`` where one cannot be."""
        try:
            return hostnames.parse_typed(self.words("hosts"))
        except HostNameError as error:
            self.errors["hosts"] = error.message
            return TypedHosts(())

    def texts(self) -> Texts | None:
        """The shipped notice as it was asked for; None, with ``errors``, if there is none such."""
        first, purposes = self.typed["language"], self.words("purposes")
        languages = languages_of([first, *([ALL] if ALL in self.also else self.also)])
        shipped = purposes_of(SHIPPED)
        for name in purposes:
            if name not in shipped:
                self.errors["purposes"] = f"{name!r} is none of {', '.join(shipped)}; notice publish takes others"
        try:
            texts = texts_in(languages, [name for name in shipped if name in purposes])
            check_texts(texts)
        except NoticeError as error:
            self.errors["language"] = error.message
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
            self.errors[name] = error.message


@blueprint.get("")
def form() -> Response:
    return _page(SiteForm(FIELDS))


@blueprint.post("")
def add() -> ResponseReturnValue:
    filled = SiteForm({name: request.form.get(name, "") for name in FIELDS}, also=request.form.getlist("also"))
    hosts, terms, texts = filled.hosts(), filled.terms(), filled.texts()
    if filled.errors or terms is None or texts is None:
        return _page(filled, 422)
    try:
        with writing(services().engine) as connection:
            site = site_acts.add(connection, history.actor(), filled.typed["name"], hosts.names, terms, texts)
    except SiteError as error:
        filled.errors["hosts"] = str(error)  # the name was looked at above
        return _page(filled, 422)
    for note in hosts.notes:
        flash(words.sentence(note))
    return redirect(url_for("site_numbers.page", key=site.key))


def _page(filled: SiteForm, status: int = 200) -> Response:
    page = render_template(
        "site_new.html", form=filled, zones=zones(), languages=list(SHIPPED), all=ALL, by_day_from=BY_DAY_FROM
    )
    answer = make_response(page, status)
    answer.headers["Content-Security-Policy"] = headers.WITH_SCRIPT
    return answer
