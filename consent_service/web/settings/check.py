"""``/sites/KEY/check``: whether the script is in the site's pages, as the owner's own browser sees them.

The page opens one of the site's pages, and the snippet there answers it by `postMessage`. The snippet then sends one
hit with an invalid token. The service refuses it, so the check sees whether hits arrive, and nothing is counted. The
check learns nothing about the visitor's choice. What runs in the browser is `assets/check.js`.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from consent_service.collect import responses
from consent_service.domain.site import Site
from consent_service.snippet import home
from consent_service.snippet.lines import lines
from consent_service.storage.database.engine import reading
from consent_service.web.first_hit import first_hit
from consent_service.web.security import headers
from consent_service.web.security.access import site_or_404
from consent_service.web.services import services

blueprint = Blueprint("check", __name__)


@blueprint.get("/sites/<key>/check")
def page(key: str) -> Response:
    with reading(services().engine) as connection:
        site = site_or_404(connection, key)
        first = first_hit(connection, site)
    public_url = services().config.public_url
    answer = make_response(
        render_template(
            "check.html",
            site=site,
            address=f"{_scheme(site)}://{site.hosts[0]}/",
            digests=_digests(site),
            lines=lines(site, public_url),
            first_hit=first,
            threshold=site.timeline.on(site.today(services().clock())).notice.terms.threshold,
            refusals={refusal.text.decode().strip(): refusal.name for refusal in responses.REFUSALS},
            is_private=home.is_private_host(home.host(public_url)) and not all(map(home.is_private_host, site.hosts)),
            can_answer=bool(home.visible_at(public_url, site.hosts)),
            public_url=public_url,
        )
    )
    answer.headers["Content-Security-Policy"] = headers.policy("script-src 'self'; connect-src 'self'")
    return answer


def _scheme(site: Site) -> str:
    return "http" if home.is_private_host(site.hosts[0]) else "https"


def _digests(site: Site) -> dict[str, str]:
    """The notice that the script should have, and those that a browser's older copy may have."""
    today = site.today(services().clock())
    current = site.timeline.on(today).notice.digest
    older = (edition.notice.digest for edition in site.timeline.editions if edition.notice.digest != current)
    return {"current": current, "older": " ".join(dict.fromkeys(older))}
