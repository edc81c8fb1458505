"""The snippet as it is served: minified ahead of time, the site's notice and options put in, compressed once."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import brotli
import msgspec

from consent_service.domain.days import first_day, quarter_of
from consent_service.domain.options import SHIPPED, Options
from consent_service.domain.timeline import Edition

PLACE = "__NOTICE__"


@dataclass(frozen=True)
class Files:
    """The script in its encodings, and the digest of its content."""

    digest: str
    bodies: dict[str, bytes]


def served_notice(site: str, edition: Edition, options: Options = SHIPPED) -> dict[str, Any]:
    """A notice as visitors' browsers get it. ``since`` is the quarter in which it became current.

    The site's ``options`` stand beside it, if any differs from the defaults: they are no part of what the digest names.
    """
    notice = edition.notice
    served = options.served()
    return {
        "site": site,
        "digest": notice.digest,
        "since": quarter_of(first_day(edition.current_from)),
        **notice.document,
        "dimensions": list(notice.terms.dimensions),
        "pages": list(notice.terms.pages),
        "events": list(notice.terms.events),
        "texts": notice.shown_texts(),
        **({"options": served} if served else {}),
    }


_IN_SCRIPT = ("site", "digest", "since", "timezone", "dimensions", "texts", "options")


@lru_cache(1)
def _template() -> str:
    return resources.files("consent_service.web.assets").joinpath("consent.min.js").read_text(encoding="utf-8")


def files_for(site: str, edition: Edition, options: Options = SHIPPED) -> Files:
    """The script of a site: its bytes depend on site, notice and options alone."""
    notice = served_notice(site, edition, options)
    return _compressed(msgspec.json.encode({name: notice[name] for name in _IN_SCRIPT if name in notice}).decode())


@lru_cache(1_000)
def _compressed(notice: str) -> Files:
    content = _template().replace(PLACE, notice, 1).encode()
    bodies = {"identity": content, "gzip": gzip.compress(content, 9, mtime=0), "br": brotli.compress(content)}
    return Files(hashlib.sha256(content).hexdigest()[:32], bodies)
