"""The pages for visitors: plain HTML that needs nothing beside it, with no part of the owner's side.

The style stands in the page and is allowed by its hash. Under a site's own host only the paths under ``/s/`` are
passed on, not the folder of style sheets, and without one the page must be as readable there as here.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import Any

from flask import Response, render_template
from markupsafe import Markup

_HEADERS = {
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}

SCRIPTS = "; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
"""For a page that runs a script of the service's own, which asks the service alone."""


def page(template: str, policy: str = "", **values: Any) -> Response:
    """A page for visitors; ``policy`` is what it may do beside showing itself."""
    body = render_template(template, style=Markup(_asset("plain.css").decode()), **values)  # noqa: S704 - our own file
    response = Response(body, mimetype="text/html", headers=_HEADERS)
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src '{_style_hash()}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        + policy
    )
    return response


@cache
def version(name: str) -> str:
    """In the address of a file, so that browsers may keep it for a year."""
    return hashlib.sha256(_asset(name)).hexdigest()[:12]


@cache
def _style_hash() -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(_asset('plain.css')).digest()).decode()}"


@cache
def _asset(name: str) -> bytes:
    return resources.files("consent_service.web").joinpath("assets", name).read_bytes()
