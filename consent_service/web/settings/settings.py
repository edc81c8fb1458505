"""``/sites/KEY/settings``: a site's settings, what each costs, and what a change would do before it is done."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from consent_service.administration import site_acts
from consent_service.administration.site_acts import SiteSettings
from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting.dimensions import DECLARABLE
from consent_service.domain.notice.notice import LARGEST_THRESHOLD, LEAST_THRESHOLD, LONGEST_RETENTION
from consent_service.domain.site import Site
from consent_service.domain.snippet.colours import COLOURS
from consent_service.hostnames import to_unicode
from consent_service.storage.database.engine import reading, writing
from consent_service.web import history
from consent_service.web.forms import zones
from consent_service.web.security import headers
from consent_service.web.security.access import site_or_404
from consent_service.web.services import services
from consent_service.web.settings import changes, costs, look
from consent_service.web.settings.changes import Review
from consent_service.web.settings.form import SettingsForm, Wanted, base_of
from consent_service.web.visitors import descriptions

blueprint = Blueprint("settings", __name__)

CHANGED_MEANWHILE = "Somebody changed these settings while you did. See what they are now, and begin again."


@blueprint.get("/sites/<key>/settings")
def form(key: str) -> Response:
    with reading(services().engine) as connection:
        site = site_or_404(connection, key)
        return _page(connection, site, SettingsForm.of(site), is_saved="saved" in request.args)


@blueprint.post("/sites/<key>/settings")
def save(key: str) -> ResponseReturnValue:
    """``step`` says what is wanted: read ``pages`` of a file, ``review`` what would change, ``edit`` on, ``save``."""
    step, filled = request.form.get("step", "review"), SettingsForm.sent(request.form)
    if step == "save":
        return _save(key, filled)
    with reading(services().engine) as connection:
        site = site_or_404(connection, key)
        if step == "pages":
            content = request.files["sitemap"].read() if "sitemap" in request.files else b""
            filled.take_pages(content, {*site.hosts, *map(to_unicode, site.hosts)})
        if step in ("pages", "edit"):
            return _page(connection, site, filled), 422 if filled.errors else 200
        wanted = filled.wanted(site)
        if wanted is None:
            return _page(connection, site, filled), 422
        return _review_page(site, filled, _review(connection, site, wanted))


def _save(key: str, filled: SettingsForm) -> ResponseReturnValue:
    with writing(services().engine) as connection:
        site = site_or_404(connection, key)
        if filled.base != base_of(site):
            return _page(connection, site, SettingsForm.of(site), stale=CHANGED_MEANWHILE), 409
        wanted = filled.wanted(site)
        if wanted is None:
            return _page(connection, site, filled), 422
        _do(connection, site, wanted)
    return redirect(url_for("settings.form", key=key, saved=""))


def _do(connection: Connection, site: Site, wanted: Wanted) -> None:
    """Change what differs, and note it, in one transaction."""
    review = _review(connection, site, wanted)
    if review.is_empty:
        return
    terms = wanted.terms if wanted.terms != site.timeline.latest.notice.terms else None
    site_acts.change(
        connection,
        history.actor(),
        site,
        SiteSettings(wanted.name, wanted.hosts, wanted.options, terms),
        [change.label for change in (*review.at_once, *review.terms)],
        has_data=history.has_data(connection, site),
    )


def _review(connection: Connection, site: Site, wanted: Wanted) -> Review:
    return changes.review(site, wanted, Period.of(_today(site), "month"), history.has_data(connection, site))


def _today(site: Site) -> date:
    return site.today(services().clock())


def _page(
    connection: Connection, site: Site, filled: SettingsForm, is_saved: bool = False, stale: str = ""
) -> Response:
    waiting = site.timeline.waiting(_today(site))
    page = render_template(
        "settings.html",
        site=site,
        form=filled,
        is_saved=is_saved,
        stale=stale,
        waiting=changes.start_of(waiting[-1].current_from) if waiting else "",
        zones=zones(),
        costs=costs.SETTING_COSTS,
        by_day_from=costs.BY_DAY_FROM,
        labels=changes.LABELS,
        trials=costs.by_own_numbers(connection, site, services().clock()),
        counted={name: descriptions.COUNTED[name] for name in DECLARABLE},
        bounds=(LEAST_THRESHOLD, LARGEST_THRESHOLD, LONGEST_RETENTION),
        colours=COLOURS,
        position_names=look.POSITION_NAMES,
        current_tab="settings.form",
    )
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = headers.policy("script-src 'self'; frame-src 'self'")
    return answer


def _review_page(site: Site, filled: SettingsForm, review: Review) -> str:
    return render_template(
        "settings_review.html",
        site=site,
        form=filled,
        review=review,
        start_of=changes.start_of,
        current_tab="settings.form",
    )
