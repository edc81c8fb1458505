"""Browser and system families from a User-Agent header. Versions are not read; the header is not kept."""

from __future__ import annotations

from typing import TypeAlias

from ua_parser import Parser
from ua_parser.loaders import load_builtins
from ua_parser.regex import Resolver

from consent_service.domain.dimensions import NONE

Families: TypeAlias = tuple[str, str]

MOST_REMEMBERED = 4_096
LONGEST_AGENT = 512

_UNKNOWN = "Other"
_SUFFIXES = (" Mobile WebView", " Mobile iOS", " Mobile", " iOS", " WebView")
_BROWSERS = {"Mobile Safari": "Safari", "Mobile Safari UI/WKWebView": "Safari", "HeadlessChrome": "Chrome"}
_SYSTEMS = {"Mac OS X": "macOS", "Chrome OS": "ChromeOS"}
_LINUX = frozenset({"Ubuntu", "Debian", "Fedora", "Red Hat", "SUSE", "Linux Mint", "Gentoo", "Arch Linux", "CentOS"})


class Agents:
    """Families by header, remembered for the headers seen last (in memory only)."""

    def __init__(self, resolver: Resolver) -> None:
        self._parser = Parser(resolver)
        self._known: dict[str, Families] = {}

    def families(self, agent: str) -> Families:
        known = self._known.get(agent)
        if known is None:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            known = self._known[agent] = self._parse(agent[:LONGEST_AGENT])
        return known

    def _parse(self, agent: str) -> Families:
        if not agent:
            return NONE, NONE
        browser, system = self._parser.parse_user_agent(agent), self._parser.parse_os(agent)
        return _browser(browser.family if browser else _UNKNOWN), _system(system.family if system else _UNKNOWN)


def load_agents() -> Agents:
    """Agents with the patterns of the ua-parser project; takes about 30 MB and a third of a second."""
    return Agents(Resolver(load_builtins()))


def _browser(family: str) -> str:
    for suffix in _SUFFIXES:
        family = family.removesuffix(suffix)
    return NONE if family == _UNKNOWN else _BROWSERS.get(family, family)


def _system(family: str) -> str:
    if family in _LINUX:
        return "Linux"
    return NONE if family == _UNKNOWN else _SYSTEMS.get(family, family)
