"""``/sites/KEY/proof.zip``: what visitors were asked, and how often they agreed, as one archive."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response

from consent_service.domain.notice import in_use
from consent_service.domain.notice.in_use import Use
from consent_service.domain.site import Site
from consent_service.proof import evidence, screenshots
from consent_service.proof.evidence import Pictures, TakePictures
from consent_service.reporting import acceptances
from consent_service.snippet import banner
from consent_service.storage.database.engine import reading
from consent_service.web.attachment import attachment
from consent_service.web.security.access import site_or_404
from consent_service.web.services import services

blueprint = Blueprint("proof", __name__)

QUICK_SECONDS = 3.0
"""For all pictures of a page's archive: the worker that makes it answers hits, too."""

PATIENT_SECONDS = 30.0
"""For one picture, where a person waits at a command."""

NO_BROWSER = "none: there is no Chromium on the service's machine"
IN_HASTE = (
    "of each version in its first language, as far as three seconds allowed; the command consent-service proof takes "
    "all of them"
)
ALL = "of each version in all its languages, by the Chromium of the service's machine"
NOT_WANTED = "none: they were not asked for"


@blueprint.get("/sites/<key>/proof.zip")
def archive(key: str) -> Response:
    parts = services()
    with reading(parts.engine) as connection:
        site = site_or_404(connection, key)
        accepted = acceptances.by_month(connection, site)
    versions = list(in_use.uses(site.timeline, site.created_on, site.today(parts.clock())))
    take, note = quick_pictures(site, versions, parts.config.public_url, parts.monotonic)
    content = evidence.archive(site, versions, accepted, take, note)
    return attachment(content, "application/zip", f"{key}-proof.zip")


def quick_pictures(
    site: Site, versions: list[Use], public_url: str, monotonic: Callable[[], float]
) -> tuple[TakePictures, str]:
    """Pictures that are taken within a few seconds, of the newest versions first; and what is said of them."""
    browser, end = screenshots.find_browser(), monotonic() + QUICK_SECONDS
    taken: dict[int, Pictures] = {}
    for one in reversed(versions if browser else []):
        left = end - monotonic()
        if left <= 0:
            break
        language = next(iter(one.edition.notice.texts))
        found = screenshots.take(browser or "", _page(site, one, language, public_url), left)
        taken[one.number] = {language: found} if found else {}
    return (lambda one: taken.get(one.number, {})), IN_HASTE if browser else NO_BROWSER


def all_pictures(site: Site, public_url: str) -> tuple[TakePictures, str]:
    """A picture of each version in each of its languages, and what is said of them."""
    browser = screenshots.find_browser()
    if browser is None:
        return no_pictures()[0], NO_BROWSER

    def take(one: Use) -> Pictures:
        found = {
            language: screenshots.take(browser, _page(site, one, language, public_url), PATIENT_SECONDS)
            for language in one.edition.notice.texts
        }
        return {language: picture for language, picture in found.items() if picture}

    return take, ALL


def no_pictures() -> tuple[TakePictures, str]:
    return (lambda _: {}), NOT_WANTED


def _page(site: Site, one: Use, language: str, public_url: str) -> str:
    return banner.document(site, one.edition.notice, language, public_url, nonce="picture")
