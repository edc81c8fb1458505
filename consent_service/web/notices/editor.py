"""``/sites/KEY/notices/edit``: write another version of a site's texts, look at it, publish it.

A draft is nowhere but in its form until it is published.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consent_service.domain.notice import diff
from consent_service.domain.notice.notice import Notice
from consent_service.domain.notice.texts import Texts
from consent_service.domain.notice.wording import SHIPPED
from consent_service.domain.site import Site
from consent_service.storage.database.engine import reading, writing
from consent_service.web import history
from consent_service.web.notices import draft
from consent_service.web.notices.draft import Draft
from consent_service.web.security import headers
from consent_service.web.security.access import site_or_404
from consent_service.web.services import services
from consent_service.web.settings import changes

blueprint = Blueprint("editor", __name__)

PUBLISHED_MEANWHILE = "Somebody published another version while you wrote. Compare yours with it before you publish."

_STEPS: Mapping[str, Callable[[Draft, str], None]] = {
    "add": lambda written, _: written.add(request.form.get("other", "").strip() or request.form.get("language", "")),
    "drop": Draft.drop,
    "first": Draft.put_first,
    "shipped": Draft.take_shipped,
    "purposes": lambda written, _: written.check_purposes(),
    "edit": lambda *_: None,
}
"""What changes the draft and shows it again: the name of a button, and after a colon a language."""


@blueprint.get("/sites/<key>/notices/edit")
def form(key: str) -> ResponseReturnValue:
    with reading(services().engine) as connection:
        site = site_or_404(connection, key)
    return _page(site, Draft.of(site.timeline.latest.notice))


@blueprint.post("/sites/<key>/notices/edit")
def edit(key: str) -> ResponseReturnValue:
    step, _, language = request.form.get("step", "review").partition(":")
    written = Draft.sent(request.form)
    if step == "save":
        return _save(key, written)
    with reading(services().engine) as connection:
        site = site_or_404(connection, key)
    if step in _STEPS:
        _STEPS[step](written, language)
        return _page(site, written, 422 if written.errors else 200, opened=language)
    texts = written.texts()
    if texts is None:
        return _page(site, written, 422)
    return _review(site, written, texts)


def _save(key: str, written: Draft) -> ResponseReturnValue:
    texts = written.texts()
    with writing(services().engine) as connection:
        site = site_or_404(connection, key)
        if texts is None or written.base != site.timeline.latest.notice.digest:
            stale = "" if texts is None else PUBLISHED_MEANWHILE
            written.base = site.timeline.latest.notice.digest
            return _page(site, written, 422 if texts is None else 409, stale=stale)
        history.publish(connection, site, texts)
    return redirect(url_for("versions.page", key=key, published=""))


def _review(site: Site, written: Draft, texts: Texts) -> ResponseReturnValue:
    today = site.today(services().clock())
    current = site.timeline.on(today).notice
    waiting = site.timeline.waiting(today)
    return render_template(
        "editor_review.html",
        site=site,
        draft=written,
        difference=diff.compare(current, Notice(current.terms, texts)),
        waiting=changes.start_of(waiting[-1].current_from) if waiting else "",
        describe=changes.describe,
        labels=changes.LABELS,
        current_tab="versions.page",
    )


def _page(site: Site, written: Draft, status: int = 200, opened: str = "", stale: str = "") -> ResponseReturnValue:
    page = render_template(
        "editor.html",
        site=site,
        draft=written,
        opened=opened or next(iter(written.languages), ""),
        stale=stale,
        meaning=draft.meaning,
        shipped=SHIPPED,
        shipped_purposes=draft.shipped_purposes(),
        current_tab="versions.page",
    )
    return page, status, {"Content-Security-Policy": headers.WITH_FRAME}
