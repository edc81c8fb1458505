"""The real banner on a page of its own, which loads nothing: for previews and pictures."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from consent_service.domain.notice.languages import lookup
from consent_service.domain.notice.notice import Notice
from consent_service.domain.notice.timeline import Edition
from consent_service.domain.site import Site
from consent_service.snippet import build

_ENDS_A_SCRIPT = re.compile(r"<(?=/script|!--)", re.IGNORECASE)


def policy(nonce: str) -> str:
    """What the page may do: run its two scripts, and nothing else."""
    only = f"'nonce-{nonce}'"
    return f"default-src 'none'; script-src {only}; style-src {only}; base-uri 'none'; form-action 'none'"


def document(site: Site, notice: Notice, language: str, public_url: str, nonce: str) -> str:
    """The page, with a notice that need not be the site's, in one of its languages or else in its first."""
    shown = lookup(language, notice.texts)
    # The others would be fetched by the browser, which may fetch nothing here.
    alone = Notice(notice.terms, {shown: notice.texts[shown]})
    edition = Edition(alone, site.timeline.latest.current_from)
    files = build.files_for(site.key, edition, public_url, site.options)
    return render(
        __package__,
        "preview.html",
        language=shown,
        nonce=nonce,
        policy=policy(nonce),
        stand_in=_inline(_stand_in()),
        snippet=_inline(files.text),
    )


def render(package: str, template: str, **values: Any) -> str:
    """Make a page from a template in a package's own folder. It needs no application: commands make pages, too."""
    return _templates(package).get_template(template).render(values)


@cache
def _templates(package: str) -> Environment:
    loader = PackageLoader(package, "")
    return Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)


def _inline(source: str) -> Markup:
    """A script as it may stand within a page: in its texts nothing that would end it."""
    return Markup(_ENDS_A_SCRIPT.sub(r"\\x3c", source))  # noqa: S704 - our own script, with the notice as JSON in it


@cache
def _stand_in() -> str:
    return resources.files(__package__).joinpath("preview.js").read_text(encoding="utf-8")
