"""The hits of the load, and what they add up to: worked out plainly, without the code that counts.

Each site has GROUPS of visitors who all come to a page of their own and have everything else in common: referrer,
zone, language, device, agent, and of which periods their visit is the first. A group sends four kinds of views,
chosen so that the numbers of its page, and of its page as an entry, tell how many of each kind were counted: so what
became of the hits that were never answered can be read off, and then every other number must fit exactly. So do the
totals for all groups, and for one that a cover hides. Beside them come acceptances and engaged time, each of which has
a number of its own.

One more site gets nothing but new visitors, each from a page and to a page that nobody else has.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import Any, NamedTuple

from consent_service.domain.counting.dimensions import ABSENT_PART, CAMPAIGN_SEPARATOR, DIMENSIONS

GROUPS = 100
ZONES = {
    "Europe/Paris": "FR", "Europe/Berlin": "DE", "Europe/Madrid": "ES", "Europe/Rome": "IT", "Europe/Warsaw": "PL",
    "Europe/Amsterdam": "NL", "Europe/Vienna": "AT", "Europe/Lisbon": "PT", "Europe/Athens": "GR", "Europe/Kyiv": "UA",
    "America/New_York": "US", "America/Sao_Paulo": "BR", "America/Bogota": "CO", "America/Lima": "PE",
    "Asia/Tokyo": "JP", "Asia/Manila": "PH", "Asia/Kolkata": "IN", "Asia/Bangkok": "TH", "Africa/Lagos": "NG",
    "Africa/Nairobi": "KE", "Africa/Cairo": "EG", "Australia/Sydney": "AU", "Pacific/Auckland": "NZ",
    "Europe/Istanbul": "TR",
}  # fmt: skip
AGENTS = (
    ("Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0", "Firefox", "Linux"),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36",
        "Chrome",
        "Windows",
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/18.6 Mobile/15E148 Safari/604.1",
        "Safari",
        "iOS",
    ),
    ("JaneDoeBot/1.0", "(none)", "(none)"),
)
LANGUAGES = ("en", "de-AT", "fr", "nl", "es", "it", "pl", "pt-BR", "ru", "tr", "uk")
DEVICES = ("phone", "tablet", "desktop")
FIRSTS = (1 | 4, 1 | 2 | 4, 1 | 4 | 8, 1 | 2 | 4 | 8)
"""Of which periods a new visitor's visit is the first: always of day and month, so that no page stays below k."""

FLAG_OF = {"day": 1, "week": 2, "month": 4, "year": 8}
FIRST_VIEW, SECOND_VIEW, FIRST_OF_PAGE = 16, 32, 64

KINDS = ("arrives", "returns", "goes on", "reloads")
WEIGHTS = {"arrives": 20, "returns": 10, "goes on": 20, "reloads": 50}
"""Three hits of ten begin a visit."""


ENGAGED_SECONDS, ENGAGED_FLAGS = 7, 1 | 2 | 4 | 8 | 64
ENGAGES, ACCEPTS, IS_NEW = "engages", "accepts", "is new"
SHARES = {ENGAGES: 11, ACCEPTS: 1, IS_NEW: 19}
"""Where the views of a site's groups have 110: one hit of ten is engaged time, one of thirteen is ever new."""
NEW_PATH = "/nnnn-nnnn" + "/a-long-folder-name" * 9
NEW_HOST = "nnnn-nnnn-the-long-name-of-a-host.example"
"""The load client puts other letters in the place of these n each time."""
TOKENS_MADE = 1
"""Acceptances before the load, one for each site's token."""


class Target(NamedTuple):
    """A site that is counted, and the token of its notice."""

    site: str
    detail: str
    token: str
    digest: str
    is_new: bool


class Source(NamedTuple):
    """What all hits of one request have in common."""

    target: Target
    group: int
    kind: str

    @property
    def path(self) -> str:
        return NEW_PATH if self.kind == IS_NEW else f"/page-{self.group}"

    @property
    def flags(self) -> int:
        firsts = FIRSTS[self.group % len(FIRSTS)]
        return {
            "arrives": firsts | FIRST_VIEW | FIRST_OF_PAGE,
            "returns": FIRST_VIEW | FIRST_OF_PAGE,
            "goes on": firsts | SECOND_VIEW | FIRST_OF_PAGE,
            "reloads": firsts,
            IS_NEW: 1 | 2 | 4 | 8 | FIRST_VIEW | FIRST_OF_PAGE,
            ENGAGES: 0,
            ACCEPTS: 0,
        }[self.kind]

    @property
    def described(self) -> dict[str, str]:
        """What the visitor's first hit is counted as, by dimension."""
        _, browser, system = AGENTS[self.group % len(AGENTS)]
        device = DEVICES[self.group % len(DEVICES)]
        return {
            "referrer": NEW_HOST if self.kind == IS_NEW else f"referrer-{self.group % 50}.example",
            "country": list(ZONES.values())[self.group % len(ZONES)],
            "language": LANGUAGES[self.group % len(LANGUAGES)][:2],
            "platform": device if system == "(none)" else f"{system}, {device}",
            "campaign": CAMPAIGN_SEPARATOR.join((f"source-{self.group % 20}", ABSENT_PART, ABSENT_PART)),
            "browser": browser,
        }

    def as_job(self) -> dict[str, Any]:
        """As the load client wants it."""
        agent = AGENTS[self.group % len(AGENTS)][0]
        path = "/consent" if self.kind == ACCEPTS else "/hit"
        return {"path": path, "body": self._body(), "agent": agent, "weight": self._weight()}

    def _body(self) -> dict[str, Any]:
        site, token = self.target.site, self.target.token
        if self.kind == ACCEPTS:
            return {"s": site, "n": self.target.digest}
        if self.kind == ENGAGES:
            return {"s": site, "t": token, "e": "engaged", "f": ENGAGED_FLAGS, "v": ENGAGED_SECONDS}
        body = {"s": site, "t": token, "e": "view", "p": self.path, "f": self.flags}
        if self.flags & FIRST_VIEW:
            body |= {
                "r": self.described["referrer"],
                "us": f"source-{self.group % 20}",
                "z": list(ZONES)[self.group % len(ZONES)],
                "l": LANGUAGES[self.group % len(LANGUAGES)],
                "d": DEVICES[self.group % len(DEVICES)],
            }
        return body

    def _weight(self) -> float:
        # As in Zipf's law, but nobody stays alone.
        return SHARES.get(self.kind) or WEIGHTS[self.kind] / (self.group + 50)


def sources(targets: list[Target]) -> list[Source]:
    return [source for target in targets for source in _sources_of(target)]


def _sources_of(target: Target) -> list[Source]:
    if target.is_new:
        return [Source(target, 0, IS_NEW)]
    groups = [Source(target, group, kind) for group in range(GROUPS) for kind in KINDS]
    return [*groups, Source(target, 0, ENGAGES), Source(target, 0, ACCEPTS)]


def counted(stored: Cells, target: Target, hidden: set[int]) -> dict[Source, int]:
    """How many hits of each source a site's cells tell of, but for those of several groups that are hidden."""
    if target.is_new:
        return {Source(target, 0, IS_NEW): stored["year", "site", "", "visits"]}
    consents = sum(
        number for (_, name, _, measure), number in stored.items() if (name, measure) == ("consent", "visits")
    )
    found = {
        Source(target, 0, ENGAGES): stored["year", "engagement", "", "engaged_seconds"] // ENGAGED_SECONDS,
        Source(target, 0, ACCEPTS): consents - TOKENS_MADE,
    }
    left = in_all(stored)
    for group in set(range(GROUPS)) - hidden:
        views, visits, visitors = (
            stored[target.detail, "page", f"/page-{group}", measure] for measure in ("views", "visits", "visitors")
        )
        entries = stored["month", "entry", f"/page-{group}", "visits"]
        goes_on = visits - entries
        arrives = visitors - goes_on
        kinds = (arrives, entries - arrives, goes_on, views - visits)
        for kind, number in zip(KINDS, kinds, strict=True):
            found[Source(target, group, kind)] = number
            left[kind] -= number
    if len(hidden) == 1:
        [group] = hidden
        found |= {Source(target, group, kind): left[kind] for kind in KINDS}
    elif not hidden:
        assert not any(left.values()), left
    return found


def in_all(stored: Cells) -> dict[str, int]:
    """How many hits of each kind a site's totals tell of: each that arrives is a visitor of the day and the month."""
    views, visits, visitors, goes_on = (
        stored["month", "site", "", measure] for measure in ("views", "visits", "visitors", "engaged_visits")
    )
    return dict(zip(KINDS, (visitors, visits - visitors, goes_on, views - visits - goes_on), strict=True))


Cells = Counter[tuple[str, str, str, str]]
"""A number by kind of period, dimension, value and measure, over all periods of that kind."""


def added_up(hits: dict[Source, int], target: Target) -> Cells:
    """What so many hits of each source add to one site's cells."""
    cells: Cells = Counter()
    for source, number in hits.items():
        if source.kind == ENGAGES:
            for kind in FLAG_OF:
                cells[kind, "engagement", "", "engaged_seconds"] += number * ENGAGED_SECONDS
                for measure in ("views", "visits", "visitors"):
                    cells[kind, "engagement", "", measure] += number
        elif source.kind == ACCEPTS:
            cells["month", "consent", target.digest, "visits"] += number + TOKENS_MADE
        else:
            _add_view(cells, source, number, target.detail)
    return +cells


def _add_view(cells: Cells, source: Source, number: int, detail: str) -> None:
    for kind, flag in FLAG_OF.items():
        _add(cells, (kind, "site", ""), source, number, flag, is_visit=FIRST_VIEW)
        cells[kind, "site", "", "engaged_visits"] += number * bool(source.flags & SECOND_VIEW)
    _add(cells, (detail, "page", source.path), source, number, FLAG_OF[detail], is_visit=FIRST_OF_PAGE)
    if source.flags & FIRST_VIEW:
        for dimension, value in {"entry": source.path, **source.described}.items():
            kind = "month" if DIMENSIONS[dimension].monthly else detail
            _add(cells, (kind, dimension, value), source, number, FLAG_OF[kind], is_visit=FIRST_VIEW)
        _add(cells, ("month", "hour", "all"), source, number, FLAG_OF["month"], is_visit=FIRST_VIEW)


def _add(cells: Cells, cell: tuple[str, str, str], source: Source, number: int, first: int, is_visit: int) -> None:
    cells[*cell, "views"] += number
    cells[*cell, "visits"] += number * bool(source.flags & is_visit)
    cells[*cell, "visitors"] += number * bool(source.flags & is_visit and source.flags & first)


def any_victims(source: random.Random, number: int, kinds: dict[str, int]) -> list[str]:
    """Whom to kill, in order: each kind at least once, the rest by weight."""
    rest = source.choices(list(kinds), list(kinds.values()), k=number - len(kinds))
    order = [*kinds, *rest]
    source.shuffle(order)
    return order
