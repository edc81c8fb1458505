"""Browser and system families from a User-Agent header. Versions are not read; the header is not kept."""

from __future__ import annotations

from typing import TypeAlias

from ua_parser import Domain
from ua_parser.loaders import load_lazy_builtins
from ua_parser.regex import Resolver

from consent_service.domain.counting.dimensions import NONE

Families: TypeAlias = tuple[str, str]

MOST_CACHED = 4_096
LONGEST_AGENT = 512

_BOTH = Domain.USER_AGENT | Domain.OS
_SUFFIXES = (" Mobile WebView", " Mobile iOS", " Mobile", " iOS", " WebView")
_RENAMED = {
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari",
    "HeadlessChrome": "Chrome",
    "Mac OS X": "macOS",
    "Chrome OS": "ChromeOS",
    **dict.fromkeys(("Ubuntu", "Debian", "Fedora", "Red Hat", "SUSE", "Linux Mint", "Gentoo", "CentOS"), "Linux"),
}
# A header can name anything, a person too: only names that are listed here are counted.
BROWSERS = frozenset(
    (
        "Amazon Silk", "Brave", "Chrome", "Chromium", "DuckDuckGo", "Ecosia", "Edge", "Epiphany", "Facebook", "Firefox",
        "Firefox Focus", "IE", "Instagram", "Konqueror", "LinkedIn", "MiuiBrowser", "Opera", "Opera Mini",
        "Opera Touch", "Pale Moon", "QQ Browser", "Safari", "Samsung Internet", "Sogou Explorer", "Tor Browser",
        "UC Browser", "Vivaldi", "Whale", "Yandex Browser",
    )
)  # fmt: skip
SYSTEMS = frozenset(
    (
        "Android", "BlackBerry OS", "ChromeOS", "FreeBSD", "HarmonyOS", "KaiOS", "Linux", "NetBSD", "OpenBSD", "Tizen",
        "Windows", "Windows Phone", "iOS", "macOS", "tvOS", "watchOS", "webOS",
    )
)  # fmt: skip


class UserAgents:
    """Families by header, cached for the headers seen last (in memory only)."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._cache: dict[str, Families] = {}

    def families(self, agent: str) -> Families:
        agent = agent[:LONGEST_AGENT]
        families = self._cache.get(agent)
        if families is None:
            if len(self._cache) >= MOST_CACHED:
                self._cache.clear()
            families = self._cache[agent] = self._parse(agent)
        return families

    def _parse(self, agent: str) -> Families:
        result = self._resolver(agent, _BOTH)
        browser, system = result.user_agent, result.os
        return _listed(browser.family if browser else "", BROWSERS), _listed(system.family if system else "", SYSTEMS)


def load_user_agents() -> UserAgents:
    """Load the patterns of the ua-parser project; takes about 11 MB and a tenth of a second.

    Without its patterns of devices, which are not read and would take 15 MB more; and lazily, because the patterns
    are compiled by the resolver and need not be by Python too.
    """
    browsers, systems, _ = load_lazy_builtins()
    return UserAgents(Resolver((browsers, systems, [])))


def _listed(family: str, names: frozenset[str]) -> str:
    for suffix in _SUFFIXES:
        family = family.removesuffix(suffix)
    family = _RENAMED.get(family, family)
    return family if family in names else NONE
