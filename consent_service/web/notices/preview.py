"""``/sites/KEY/notices/preview``: the real banner with a notice that need not be published, for the owner's eyes.

It runs in a frame without an origin: it can reach no storage and no cookie of the owner's browser, and its policy lets
it ask nobody for anything. What the snippet stores and asks for, a script before it answers in memory.
"""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from consent_service.domain.notice.notice import Notice
from consent_service.domain.site import Site
from consent_service.storage.database.engine import reading
from consent_service.web.notices.draft import Draft
from consent_service.web.notices.versions import notice_of
from consent_service.web.security.access import site_or_404
from consent_service.web.services import services
from consent_service.web.settings import framed

blueprint = Blueprint("preview", __name__)


@blueprint.get("/sites/<key>/notices/preview")
def published(key: str) -> ResponseReturnValue:
    """The version with the digest ``n``, in the language ``l``."""
    with reading(services().engine) as connection:
        site = site_or_404(connection, key)
    return _shown(site, notice_of(site, request.args.get("n", "")), request.args.get("l", ""))


@blueprint.post("/sites/<key>/notices/preview")
def of_draft(key: str) -> ResponseReturnValue:
    written = Draft.sent(request.form)
    texts = written.texts()
    with reading(services().engine) as connection:
        site = site_or_404(connection, key)
    if texts is None:
        return framed.answer(render_template("preview_wrong.html", draft=written), "")
    return _shown(site, Notice(site.timeline.latest.notice.terms, texts), request.form.get("shown", ""))


def _shown(site: Site, notice: Notice, language: str) -> Response:
    return framed.banner_of(site, notice, language, services().config.public_url)
