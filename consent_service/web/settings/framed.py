"""The real banner as the content of a sandboxed frame: it reaches no storage, no cookie and nobody."""

from __future__ import annotations

import secrets

from flask import Response

from consent_service.domain.notice.notice import Notice
from consent_service.domain.site import Site
from consent_service.snippet import banner


def banner_of(site: Site, notice: Notice, language: str, public_url: str) -> Response:
    """A site's banner with a notice that need not be published."""
    nonce = secrets.token_urlsafe(16)
    return answer(banner.document(site, notice, language, public_url, nonce), nonce)


def answer(page: str, nonce: str) -> Response:
    """A page that only this service's own pages may frame."""
    response = Response(page, mimetype="text/html")
    policy = f"sandbox allow-scripts; {banner.policy(nonce)}; frame-ancestors 'self'"
    response.headers["Content-Security-Policy"] = policy
    return response
