"""Pictures of the versions of a notice, for the archive of a proof, and what the archive says of them."""

from __future__ import annotations

from collections.abc import Callable

from consent_service.domain.notice.in_use import Use
from consent_service.domain.site import Site
from consent_service.proof import screenshots
from consent_service.proof.evidence import Pictures, TakePictures
from consent_service.snippet import banner

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


def take_quickly(
    site: Site, versions: list[Use], public_url: str, monotonic: Callable[[], float]
) -> tuple[TakePictures, str]:
    """Pictures that are taken within a few seconds, of the newest versions first; and what is said of them."""
    browser, end = screenshots.find_browser(), monotonic() + QUICK_SECONDS
    taken: dict[int, Pictures] = {}
    for use in reversed(versions if browser else []):
        left = end - monotonic()
        if left <= 0:
            break
        language = next(iter(use.edition.notice.texts))
        picture = screenshots.take(browser or "", _page(site, use, language, public_url), left)
        taken[use.number] = {language: picture} if picture else {}
    return (lambda use: taken.get(use.number, {})), IN_HASTE if browser else NO_BROWSER


def take_all(site: Site, public_url: str) -> tuple[TakePictures, str]:
    """A picture of each version in each of its languages, and what is said of them."""
    browser = screenshots.find_browser()
    if browser is None:
        return take_none()[0], NO_BROWSER

    def take(use: Use) -> Pictures:
        pictures = {
            language: screenshots.take(browser, _page(site, use, language, public_url), PATIENT_SECONDS)
            for language in use.edition.notice.texts
        }
        return {language: picture for language, picture in pictures.items() if picture}

    return take, ALL


def take_none() -> tuple[TakePictures, str]:
    return (lambda _: {}), NOT_WANTED


def _page(site: Site, use: Use, language: str, public_url: str) -> str:
    return banner.document(site, use.edition.notice, language, public_url, nonce="picture")
