"""What an owner pastes into the pages: the script's line, and with Consent Mode one for Google's tags before it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from consent_service.domain.site import Site

TOLD_FIRST = (
    "window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}"
    'gtag("consent","default",{ad_storage:"denied",ad_user_data:"denied",ad_personalization:"denied",'
    'analytics_storage:"denied",wait_for_update:500})'
)
"""The script comes with ``defer``, after what stands in the page: the default has to be told by the page itself.

For half a second Google's tags wait for the script's word, of a visitor who has accepted before.
"""


@dataclass(frozen=True)
class Lines:
    """As they are pasted. Of a site without Consent Mode ``before_google`` and its ``source`` are empty.

    ``source`` is what a Content Security Policy calls it.
    """

    script: str
    before_google: str
    source: str


def lines(site: Site, public_url: str) -> Lines:
    script = f'<script src="{public_url}/s/{site.key}/consent.js" defer></script>'
    if not site.options.consent_mode:
        return Lines(script, "", "")
    digest = base64.b64encode(hashlib.sha256(TOLD_FIRST.encode()).digest()).decode()
    return Lines(script, f"<script>{TOLD_FIRST}</script>", f"'sha256-{digest}'")
