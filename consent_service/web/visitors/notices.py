"""``/s/KEY/consent.js``, pinned or not, and ``/s/KEY/notice.json``: a site's notices, as browsers get them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from flask import Blueprint, Response, abort, request

from consent_service.collect import responses
from consent_service.collect.cache import CachedSite
from consent_service.domain.notice.timeline import Edition
from consent_service.snippet import build
from consent_service.storage import pins
from consent_service.storage.database.engine import AWAY, reading
from consent_service.web.services import services
from consent_service.web.visitors.lookup import cached_site_or_404, current, today

blueprint = Blueprint("notices", __name__)

_SCRIPT_HEADERS = {
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
    # A page may ask for the script with CORS (Subresource Integrity) or require it to say that it may be embedded.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}

_CHANGES = "no-cache"
_KEPT_FOR_A_DAY = "public, max-age=86400"
_STAYS = "public, max-age=31536000, immutable"


@blueprint.get("/s/<string(maxlength=32):key>/consent.js")
def consent_js(key: str) -> Response:
    """The snippet with the site's current notice in it."""
    site = cached_site_or_404(key)
    files = build.for_site(site, current(site), services().config.public_url)
    return _answer(files, _KEPT_FOR_A_DAY)


@blueprint.get("/s/<string(maxlength=32):key>/consent.<string(length=32):digest>.js")
def pinned_js(key: str, digest: str) -> Response:
    """The snippet as it was when `site pin` gave its digest, for good."""
    cached_site_or_404(key)
    parts = services()

    def read() -> Mapping[str, str]:
        with reading(parts.engine) as connection:
            return pins.scripts(connection, key)

    try:
        scripts = parts.pinned.of(key, parts.generation.current(), read)
    except AWAY:
        abort(503, "The database is away; this script is not known yet.")
    if digest not in scripts:
        abort(404, "This site has pinned no script with this digest: consent-service site pin gives the line to paste.")
    return _answer(build.compressed(scripts[digest]), _STAYS)


def _answer(files: build.Files, cache_control: str) -> Response:
    encoding = request.accept_encodings.best_match(["br", "gzip"]) or "identity"
    response = Response(files.bodies[encoding], mimetype="text/javascript", headers=_SCRIPT_HEADERS)
    response.headers["Cache-Control"] = cache_control
    if encoding != "identity":
        response.headers["Content-Encoding"] = encoding
    response.set_etag(files.digest)
    return response.make_conditional(request)  # type: ignore[return-value]


@blueprint.get("/s/<string(maxlength=32):key>/notice.json")
def notice_json(key: str) -> Response:
    """The current notice with its digest, or the one with the digest ``n``, as it was. ``l`` asks for one language."""
    site, digest = cached_site_or_404(key), request.args.get("n")
    edition = current(site) if digest is None else _edition_or_404(site, digest)
    # One that is still to come may be replaced before its month, and then the site never had it.
    stays = digest is not None and edition not in site.timeline.waiting(today(site))
    body = msgspec.json.encode(build.served_notice(site.key, edition, request.args.get("l", "")))
    headers = {**dict(responses.HEADERS), "Cache-Control": _STAYS if stays else _CHANGES}
    return Response(body, mimetype="application/json", headers=headers)


def _edition_or_404(site: CachedSite, digest: str) -> Edition:
    edition = site.timeline.edition(digest)
    if edition is None:
        abort(404, "This site has never had a notice with this digest.")
    return edition
