"""``/sites/KEY/notices``: every version of a site's notice, when it was in use, and what two of them differ in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from consent_service import locale
from consent_service.domain.calendar.periods import Period
from consent_service.domain.disclosure.shown import Shown
from consent_service.domain.notice import diff, in_use
from consent_service.domain.notice.in_use import Use
from consent_service.domain.notice.languages import lookup
from consent_service.domain.notice.notice import Notice
from consent_service.domain.site import Site
from consent_service.reporting import acceptances
from consent_service.storage.database.engine import reading
from consent_service.web.security import headers
from consent_service.web.security.access import site_or_404
from consent_service.web.services import services
from consent_service.web.settings import changes

blueprint = Blueprint("versions", __name__)

NO_VERSION = "This site has no notice with this digest. Its list of versions has those that there are."


@dataclass(frozen=True)
class ListedVersion:
    """An edition of the notice as it is listed."""

    use: Use
    description: str
    accepted: list[tuple[Period, Shown]]
    """by closed month"""
    before: Notice | None

    @property
    def notice(self) -> Notice:
        return self.use.edition.notice


@blueprint.get("/sites/<key>/notices")
def page(key: str) -> str:
    with reading(services().engine) as connection:
        site = site_or_404(connection, key)
        versions = list(versions_of(connection, site))
    return render_template(
        "versions.html", site=site, versions=versions[::-1], is_published="published" in request.args
    )


@blueprint.get("/sites/<key>/notices/<string(length=32):digest>")
def show(key: str, digest: str) -> ResponseReturnValue:
    """A version's texts and terms, and its banner in each of its languages."""
    with reading(services().engine) as connection:
        site = site_or_404(connection, key)
    notice = notice_of(site, digest)
    page = render_template(
        "version.html",
        site=site,
        notice=notice,
        language=lookup(request.args.get("l", ""), notice.texts),
        descriptions=[describe(use) for use in _uses(site) if use.edition.notice.digest == digest],
        describe=changes.describe,
        labels=changes.LABELS,
        current_tab="versions.page",
    )
    return page, {"Content-Security-Policy": headers.WITH_FRAME}


@blueprint.get("/sites/<key>/notices/compare")
def compare(key: str) -> str:
    with reading(services().engine) as connection:
        site = site_or_404(connection, key)
    old, new = (notice_of(site, request.args.get(name, "")) for name in ("old", "new"))
    return render_template(
        "compare.html",
        site=site,
        old=old,
        new=new,
        difference=diff.compare(old, new),
        versions=list({use.edition.notice.digest: use for use in _uses(site)}.values()),
        describe=changes.describe,
        labels=changes.LABELS,
        current_tab="versions.page",
    )


def notice_of(site: Site, digest: str) -> Notice:
    edition = site.timeline.edition(digest)
    if edition is None:
        abort(404, NO_VERSION)
    return edition.notice


def versions_of(connection: Connection, site: Site) -> Iterator[ListedVersion]:
    """Oldest first."""
    accepted = acceptances.by_month(connection, site)
    before: Notice | None = None
    for use in _uses(site):
        digest = use.edition.notice.digest
        # Of a wording that came back each version has the months in which it was in use.
        first, last = use.first, use.last or date.max
        months = (month for month in accepted if first <= month.last and month.first <= last)
        counts = [(month, accepted[month][digest]) for month in months if digest in accepted[month]]
        yield ListedVersion(use, describe(use), counts, before)
        before = use.edition.notice


def _uses(site: Site) -> list[Use]:
    return list(in_use.uses(site.timeline, site.created_on, site.today(services().clock())))


def describe(use: Use) -> str:
    """When a version was or will be in use, in words."""
    first = locale.day(use.first)
    if use.state == "waiting":
        return f"Waits: it is shown from {first} on"
    if use.replaced_at_once:
        return f"Replaced on {first}, the day on which it was published"
    if use.last is None:
        return f"Shown since {first}"
    if use.state == "current":
        return f"Shown since {first}, until {locale.day(use.last)}"
    return f"Shown on {first}" if use.last == use.first else f"Shown from {first} to {locale.day(use.last)}"
