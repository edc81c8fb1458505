"""The two sites of the demo."""

from __future__ import annotations

from typing import Any, NamedTuple

from consent_service.demo.visitors import Audience


class DemoSite(NamedTuple):
    name: str
    terms: dict[str, Any]
    audience: Audience
    titles: tuple[str, ...]
    """of the demo pages, the first pages of the audience's list"""


NETWORK = DemoSite(
    name="Harbour Network",
    terms={"timezone": "Europe/Amsterdam"},
    audience=Audience(
        visits_a_day=70,
        pages=(
            "/",
            "/get-help",
            "/stories",
            "/about",
            "/groups",
            "/groups/amsterdam",
            "/groups/berlin",
            "/know-your-rights",
            "/donate",
            "/news",
            "/groups/london",
            "/contact",
            "/news/annual-report",
            "/volunteer",
            "/privacy",
            "/groups/madrid",
            "/training",
            "/press",
            "/news/2026/08/harbour-opens",
            "/imprint",
        ),
        referrers=(
            "",
            "www.google.com",
            "duckduckgo.com",
            "www.bing.com",
            "bsky.app",
            "partner.example.org",
            "en.wikipedia.org",
        ),
        places=(
            ("Europe/Amsterdam", "nl"),
            ("Europe/Berlin", "de"),
            ("Europe/London", "en-GB"),
            ("Europe/Madrid", "es"),
            ("Europe/Bucharest", "ro"),
            ("America/New_York", "en-US"),
            ("Europe/Kyiv", "uk"),
            ("Asia/Manila", "en"),
        ),
        returning=0.35,
        links=(
            ("newsletter", "email", "autumn"),
            ("partners", "email", "training-days"),
            ("newsletter", "email", "welcome"),
            ("poster", "print", ""),
        ),
    ),
    titles=("Harbour Network", "Get help", "Stories"),
)

PAPER = DemoSite(
    name="The Daily Lantern",
    terms={"timezone": "America/New_York", "detail": "day"},
    audience=Audience(
        visits_a_day=260,
        pages=(
            "/",
            "/politics",
            "/culture",
            "/sport",
            *(f"/2026/story-{number}" for number in range(1, 60)),
        ),
        referrers=(
            "",
            "news.google.com",
            "www.google.com",
            "news.ycombinator.com",
            "www.reddit.com",
            "t.co",
            "bsky.app",
            "duckduckgo.com",
            "www.facebook.com",
            "flipboard.com",
        ),
        places=(
            ("America/New_York", "en-US"),
            ("America/Chicago", "en-US"),
            ("America/Los_Angeles", "en-US"),
            ("America/Mexico_City", "es-MX"),
            ("Europe/London", "en-GB"),
            ("America/Toronto", "en-CA"),
            ("Asia/Kolkata", "en-IN"),
            ("Australia/Sydney", "en-AU"),
        ),
        returning=0.5,
        links=(
            ("morning-brief", "email", "daily"),
            ("bsky", "social", "breaking"),
            ("weekend-letter", "email", "weekly"),
            ("partner-site", "banner", ""),
        ),
    ),
    titles=("The Daily Lantern", "Politics", "Culture"),
)

SITES = (NETWORK, PAPER)
