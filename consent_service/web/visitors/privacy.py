"""``/s/KEY/privacy``: what a site counts and how, what the device keeps, and every notice, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response

from consent_service.collect.cache import CachedSite
from consent_service.domain.notice.languages import lookup
from consent_service.domain.notice.notice import Notice
from consent_service.domain.notice.timeline import Edition
from consent_service.web import words
from consent_service.web.visitors import descriptions, plain
from consent_service.web.visitors.lookup import cached_site_or_404, current, today

blueprint = Blueprint("privacy", __name__)


@dataclass(frozen=True)
class NoticeVersion:
    """A notice as it is listed: since when or until when, in words."""

    notice: Notice
    state: str
    is_current: bool


@blueprint.get("/s/<string(maxlength=32):key>/privacy")
def page(key: str) -> Response:
    site = cached_site_or_404(key)
    notice = current(site).notice
    texts = notice.shown_texts()
    # The page is in English: it names buttons as they read in English, if they do.
    language = lookup("en", texts)
    return plain.page(
        "privacy.html",
        terms=notice.terms,
        options=site.options,
        language=language,
        texts=texts[language],
        purposes=notice.labels(language),
        counted=list(descriptions.counted(notice.terms)),
        versions=list(_versions(site)),
    )


def _versions(site: CachedSite) -> Iterator[NoticeVersion]:
    """All editions, the newest first."""
    present, waiting = current(site), site.timeline.waiting(today(site))
    follower: Edition | None = None
    for edition in reversed(site.timeline.editions):
        is_current = edition is present
        is_waiting = any(edition is later for later in waiting)
        yield NoticeVersion(edition.notice, _state(edition, follower, is_current, is_waiting), is_current)
        follower = edition


def _state(edition: Edition, follower: Edition | None, is_current: bool, is_waiting: bool) -> str:
    month = words.period(edition.current_from)
    if is_waiting:
        first = edition.current_from.first
        return f"Waits for its month: becomes current on {first.day} {month}"
    if is_current or follower is None:
        return f"Current since {month}"
    return f"Current from {month}, replaced in {words.period(follower.current_from)}"
