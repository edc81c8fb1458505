"""Browser and system families from a User-Agent header. Versions are not read; the header is not kept."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TypeAlias

from ua_parser import OS, Domain, UserAgent
from ua_parser.loaders import load_lazy_builtins
from ua_parser.matchers import OSMatcher
from ua_parser.regex import Resolver

from consent_service.domain.counting.dimensions import NONE

Families: TypeAlias = tuple[str, str]

MOST_CACHED = 4_096
LONGEST_AGENT = 512

_BOTH = Domain.USER_AGENT | Domain.OS
_SUFFIXES = (" Mobile WebView", " Mobile iOS", " Mobile", " iOS", " WebView")
_LINUXES = (
    "Arch Linux", "BackTrack", "CentOS", "Debian", "Fedora", "Gentoo", "Kubuntu", "Linux Mint", "Lubuntu", "Mageia",
    "Mandriva", "PCLinuxOS", "Puppy", "Red Hat", "SUSE", "Slackware", "Ubuntu", "openSUSE",
)  # fmt: skip
_RENAMED = {
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari",
    "HeadlessChrome": "Chrome",
    "PaleMoon": "Pale Moon",
    "MullvadBrowser": "Mullvad Browser",
    "Ecosia Android": "Ecosia",
    "Mac OS X": "macOS",
    "Chrome OS": "ChromeOS",
    "Web0S": "webOS",
    **dict.fromkeys(_LINUXES, "Linux"),
}

OPEN_HARMONY = OSMatcher("OpenHarmony[ /]", "OpenHarmony")
"""What Huawei's devices have since HarmonyOS 5; ua-parser's patterns of 2026-10 do not know it."""


class UserAgents:
    """Families by header, cached for the headers seen last (in memory only)."""

    def __init__(self, resolver: Resolver, browsers: Collection[str], systems: Collection[str]) -> None:
        self._resolver = resolver
        self._browsers, self._systems = browsers, systems
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
        return _family(browser, self._browsers), _family(system, self._systems)


def load_user_agents() -> UserAgents:
    """Load the patterns of the ua-parser project; takes about 11 MB and a tenth of a second.

    Without its patterns of devices, which are not read and would take 15 MB more; and lazily, because the patterns
    are compiled by the resolver and need not be by Python too.
    """
    browsers, systems, _ = load_lazy_builtins()
    resolver = Resolver((browsers, [*systems, OPEN_HARMONY], []))
    listed = Path(__file__).with_name("families.txt").read_text(encoding="utf-8").split("\n\n")
    named_browsers, named_systems = (frozenset(families.splitlines()) for families in listed)
    return UserAgents(resolver, named_browsers, named_systems | {OPEN_HARMONY.family})


def _family(match: UserAgent | OS | None, listed: Collection[str]) -> str:
    """The family of a match, if it is listed: a header can name anything, a person too."""
    family = match.family if match else ""
    if family not in listed:
        return NONE
    for suffix in _SUFFIXES:
        family = family.removesuffix(suffix)
    return _RENAMED.get(family, family)
