"""A site's options: how its snippet looks and behaves.

They are no terms of the notice: nothing that a visitor agreed to depends on them, so they change at once, and the
notice keeps its digest.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from consent_service.domain.masking.hosts import is_domain, tidied
from consent_service.domain.snippet.colours import OptionsError
from consent_service.domain.snippet.theme import Theme, read_theme

__all__ = ["DEFAULTS", "Options", "OptionsError", "read_options"]


def _check(holds: bool, message: str, field: str = "") -> None:
    if not holds:
        raise OptionsError(message, field)


@dataclass(frozen=True)
class Options:
    """What is not given is as every site begins with it."""

    do_not_track: Literal["refuse", "ask"] = "refuse"
    """What Do Not Track does: refuse, or let the visitor be asked. Global Privacy Control always refuses."""
    subdomains: str = ""
    """The domain for whose host names a choice is made at once; empty if each asks for itself."""
    routes: Literal["path", "hash"] = "path"
    """What a page of a single-page application is: a path, or the path in the fragment."""
    consent_mode: bool = False
    """Whether Google's tags on the page are told of the choice (Consent Mode v2)."""
    theme: Theme | None = None

    def __post_init__(self) -> None:
        _check(self.do_not_track in ("refuse", "ask"), f"refuse or ask, not {self.do_not_track!r}", "do-not-track")
        _check(
            isinstance(self.subdomains, str) and (not self.subdomains or is_domain(self.subdomains)),
            f"{self.subdomains!r} is not a domain such as example.org",
            "subdomains",
        )
        _check(self.routes in ("path", "hash"), f"path or hash, not {self.routes!r}", "routes")
        _check(isinstance(self.consent_mode, bool), f"true or false, not {self.consent_mode!r}", "consent-mode")
        _check(self.theme is None or isinstance(self.theme, Theme), "a theme, or none", "theme")

    def amended(self, changes: Mapping[str, Any]) -> Options:
        """These options with some changed. Raises OptionsError for a name or value that cannot be."""
        known = [field.name for field in fields(self)]
        for name in changes:
            _check(name in known, f"a site has no option {name!r}; it has {', '.join(known)}")
        values = dict(changes)
        if isinstance(values.get("subdomains"), str):
            values["subdomains"] = tidied(values["subdomains"])
        return replace(self, **values)

    @property
    def document(self) -> dict[str, Any]:
        """What is stored: what differs from the defaults."""
        changed = {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if getattr(self, field.name) != field.default
        }
        return {**changed, "theme": self.theme.document} if self.theme else changed

    def served(self) -> dict[str, Any]:
        """What the snippet gets: what differs from the defaults, under short names, for everyone loads each byte."""
        everything = {
            "ask": self.do_not_track == "ask",
            "domain": self.subdomains,
            "hash": self.routes == "hash",
            "mode": self.consent_mode,
            "css": self.theme.css if self.theme else "",
        }
        return {name: value for name, value in everything.items() if value}


DEFAULTS = Options()
"""What every site begins with."""


def read_options(document: Mapping[str, Any]) -> Options:
    """The options that a stored document describes.

    Fails open: what this version cannot use is as every site begins with it, which is the stricter way. Counting needs
    no options, and a site that cannot be read would stop the keeper for all of them.
    """
    options = DEFAULTS
    for name, value in document.items():
        with suppress(OptionsError):
            options = options.amended({name: read_theme(value) if name == "theme" else value})
    return options
