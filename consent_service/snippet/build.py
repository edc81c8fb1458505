"""The snippet as it is served: minified ahead of time, the site's notice and its parts put in, compressed once."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import brotli
import msgspec

from consent_service.collect.cache import CachedSite
from consent_service.domain.calendar.periods import quarter_of
from consent_service.domain.counting.dimensions import DEFAULT
from consent_service.domain.notice.languages import lookup
from consent_service.domain.notice.timeline import Edition
from consent_service.domain.site import Site
from consent_service.domain.snippet.options import DEFAULTS, Options
from consent_service.snippet.home import visible_at

PLACE, PARTS_PLACE = "__NOTICE__", "__PARTS__"

PARTS: Mapping[str, Collection[str]] = {
    "routes": {"hash"},
    "mode": {"mode"},
    "pinned": {"pinned"},
    "purposes": {"purposes"},
    "interactions": {"event", "outbound", "download"},
    "missing": {"missing"},
    "engagement": {"engagement"},
    "vitals": {"lcp", "inp", "cls"},
}
"""By part, a file of static/parts, what needs it: an option as it is served, a dimension, or itself.

They begin in this order: Google's tags are told before anything is waited for, and what counts goes by the notice that
``pinned`` has fetched.
"""

FEW_LANGUAGES = 3
"""So many travel in the script; of more the first alone, and the browser fetches another that is to be shown."""

_NOT_READ = {"browser", "entry"}
"""Dimensions that the browser has no part in."""


@dataclass(frozen=True)
class Files:
    """The script in its encodings, and the digest of its content."""

    digest: str
    bodies: dict[str, bytes]

    @property
    def text(self) -> str:
        return self.bodies["identity"].decode()

    @property
    def integrity(self) -> str:
        """As Subresource Integrity wants it."""
        return "sha384-" + base64.b64encode(hashlib.sha384(self.bodies["identity"]).digest()).decode()


def served_notice(site: str, edition: Edition, language: str = "") -> dict[str, Any]:
    """A notice as visitors' browsers get it. ``since`` is the quarter in which it became current.

    With a language the texts alone that `lookup` finds for it.
    """
    notice = edition.notice
    texts = notice.shown_texts()
    if language:
        only = lookup(language, texts)
        texts = {only: texts[only]}
    return {
        "site": site,
        "digest": notice.digest,
        "since": quarter_of(edition.current_from.first),
        **notice.document,
        "dimensions": list(notice.terms.dimensions),
        "pages": list(notice.terms.pages),
        "events": list(notice.terms.events),
        "texts": texts,
    }


def files_for(site: str, edition: Edition, home: str, options: Options = DEFAULTS, also: Collection[str] = ()) -> Files:
    """The script of a site: its bytes depend on site, notice, options and the service's own address alone.

    ``also`` names parts that it has beside those that notice and options need.
    """
    notice = served_notice(site, edition)
    values = {name: notice[name] for name in ("site", "digest", "since", "timezone", "texts")}
    if edition.notice.terms.dimensions != DEFAULT:
        values["dimensions"] = [name for name in notice["dimensions"] if name not in _NOT_READ]
    if home:
        values["home"] = home
    if len(notice["texts"]) > FEW_LANGUAGES:
        first, *others = notice["texts"]
        values |= {"texts": {first: notice["texts"][first]}, "languages": others}
    if "event" in notice["dimensions"]:
        values["events"] = notice["events"]
    served = options.served()
    uses = {*notice["dimensions"], *served, *also, *(["purposes"] if edition.notice.purposes else [])}
    has_one_language = len(notice["texts"]) == 1
    return compressed(_composed(msgspec.json.encode(values | served).decode(), has_one_language, needed(uses)))


def for_site(site: CachedSite | Site, edition: Edition, public_url: str, also: Collection[str] = ()) -> Files:
    """The script of a site as an edition has it."""
    # Where purposes were asked for once, browsers may still have what was chosen, and a refusal must delete it.
    asked = {"purposes"} if any(past.notice.purposes for past in site.timeline.editions) else set()
    home = visible_at(public_url, site.hosts)
    return files_for(site.key, edition, home, site.options, {*also, *asked})


def needed(uses: Collection[str]) -> tuple[str, ...]:
    """The parts that a site uses, in their order."""
    return tuple(part for part, reasons in PARTS.items() if not set(reasons).isdisjoint(uses))


@lru_cache(16)
def built(name: str) -> str:
    """Read a file that `make snippet` built."""
    return resources.files(__package__).joinpath("built", name).read_text(encoding="utf-8").strip()


@lru_cache(200)
def _composed(notice: str, has_one_language: bool, parts: tuple[str, ...]) -> str:
    template = built(f"consent{'.parts' if parts else '' if has_one_language else '.languages'}.min.js")
    functions = ",".join(built(f"parts/{part}.min.js") for part in parts)
    # The parts first: what is in a notice must not be taken for their place.
    return template.replace(PARTS_PLACE, f"[{functions}]", 1).replace(PLACE, notice, 1)


@lru_cache(200)
def compressed(script: str) -> Files:
    content = script.encode()
    # Brotli's model of fonts suits a minified script: it is some ten bytes smaller than with those of texts.
    small = brotli.compress(content, mode=brotli.MODE_FONT)
    bodies = {"identity": content, "gzip": gzip.compress(content, 9, mtime=0), "br": small}
    return Files(hashlib.sha256(content).hexdigest()[:32], bodies)
