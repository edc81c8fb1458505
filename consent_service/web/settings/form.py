"""The form of a site's settings: what was typed, kept as it was, and what is wrong with it, by field."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from werkzeug.datastructures import MultiDict

from consent_service import hostnames
from consent_service.domain.counting.dimensions import DECLARABLE, DIMENSIONS
from consent_service.domain.errors import UserError
from consent_service.domain.masking import sitemap
from consent_service.domain.masking.sitemap import Pages
from consent_service.domain.notice.notice import Terms
from consent_service.domain.notice.texts import NoticeError
from consent_service.domain.site import Site
from consent_service.domain.snippet.options import DEFAULTS, Options, OptionsError
from consent_service.hostnames import HostNameError, subdomains
from consent_service.storage import sites
from consent_service.web.forms import Typed
from consent_service.web.settings import look

TERMS = ("controller", "timezone", "threshold", "detail", "dimensions", "events", "pages", "retention")
OPTIONS = ("do_not_track", "subdomains", "routes", "consent_mode", "theme")
LISTS = ("hosts", "events", "pages")
"""One to a line."""
EVENTS_WITHOUT_NAMES = (
    "“Events” is ticked, and none is named: every visitor would be asked again, and nothing more be counted. "
    "Name one, or take the tick away"
)
NAMES_WITHOUT_EVENTS = (
    "events are named, and “Events” is not ticked: every visitor would be asked again, and none of them be counted. "
    "Tick it, or take the names away"
)
FIELDS = ("name", "hosts", *TERMS, *OPTIONS, *(name for name in look.FIELDS if name != "theme"))


@dataclass(frozen=True)
class Wanted:
    """Settings that can be."""

    name: str
    hosts: tuple[str, ...]
    terms: Terms
    options: Options


@dataclass
class SettingsForm(Typed):
    """``dimensions`` are those that are ticked; ``base`` says which settings the form was made of."""

    dimensions: list[str] = field(default_factory=list)
    base: str = ""
    notes: list[str] = field(default_factory=list)
    """what was done to host names that were typed"""
    pages_read: Pages | None = None
    """what a file of pages had in it"""

    @classmethod
    def of(cls, site: Site) -> SettingsForm:
        """As the settings are; of the terms those that were published last, which may wait for their month."""
        terms, options = site.timeline.latest.notice.terms, site.options
        typed = {name: getattr(terms, name) for name in TERMS} | {name: getattr(options, name) for name in OPTIONS}
        typed |= {
            "name": site.name,
            "hosts": tuple(map(hostnames.to_unicode, site.hosts)),
        }
        typed |= look.typed_of(options.theme)
        typed["subdomains"] = hostnames.to_unicode(options.subdomains)
        typed["consent_mode"] = "on" if options.consent_mode else ""
        texts = {name: "\n".join(value) if name in LISTS else str(value) for name, value in typed.items()}
        return cls(texts, dimensions=list(terms.dimensions), base=base_of(site))

    @classmethod
    def sent(cls, form: MultiDict[str, str]) -> SettingsForm:
        typed = {name: form.get(name, "").replace("\r\n", "\n") for name in FIELDS}
        return cls(typed, dimensions=form.getlist("dimensions"), base=form.get("base", ""))

    def take_pages(self, content: bytes, hosts: Collection[str]) -> None:
        """Put the pages that a file names in the place of those that were typed."""
        try:
            self.pages_read = sitemap.read(content, hosts, DIMENSIONS["page"].seats)
        except UserError as error:
            self.errors["sitemap"] = str(error)
        else:
            self.typed = {**self.typed, "pages": "\n".join(self.pages_read.paths)}

    def wanted(self, site: Site) -> Wanted | None:
        """What was typed, as settings; None, with ``errors``, if they cannot be."""
        hosts = self._hosts()
        terms, options = self._terms(site.timeline.latest.notice.terms), self._options(hosts, site.options)
        if self.errors or terms is None or options is None:
            return None
        self._check_events(site.timeline.latest.notice.terms, terms)
        if self.errors:
            return None
        return Wanted(self.typed["name"].strip(), hosts, terms, options)

    def _check_events(self, present: Terms, terms: Terms) -> None:
        """Refuse what would ask every visitor again and count nothing more.

        A site that has names without the tick, or the tick without names, is not kept from other changes.
        """
        is_ticked = "event" in terms.dimensions
        before = ("event" in present.dimensions, present.events)
        if is_ticked == bool(terms.events) or (is_ticked, terms.events) == before:
            return
        if terms.events:
            self.errors["dimensions"] = NAMES_WITHOUT_EVENTS
        else:
            self.errors["events"] = EVENTS_WITHOUT_NAMES

    def hidden(self) -> Iterator[tuple[str, str]]:
        """All that was sent, to be sent again."""
        yield "base", self.base
        yield from ((name, self.typed[name]) for name in FIELDS if name != "dimensions")
        yield from (("dimensions", name) for name in self.dimensions)

    def _hosts(self) -> tuple[str, ...]:
        self.name()
        try:
            typed = hostnames.parse_typed(self.words("hosts"))
            checked = sites.checked("any", typed.names)
        except UserError as error:
            self.errors["hosts"] = error.message
            return ()
        self.notes.extend(typed.notes)
        return tuple(json.loads(checked["hosts"]))

    def _terms(self, present: Terms) -> Terms | None:
        changes = dict(self._changed_terms(present))
        for name, value in changes.items():
            self._try(name, partial(present.amended, {name: value}))
        return None if self.errors else present.amended(changes)

    def _changed_terms(self, present: Terms) -> Iterator[tuple[str, Any]]:
        for name in TERMS:
            value = self._term(name)
            # Ticked boxes come in the table's order, which says nothing.
            if name != "dimensions" or set(value) != set(present.dimensions):
                yield name, value

    def _term(self, name: str) -> Any:
        text = self.typed[name].strip()
        if name == "dimensions":
            known = [dimension for dimension in DECLARABLE if dimension in self.dimensions]
            return (*known, *(dimension for dimension in self.dimensions if dimension not in DECLARABLE))
        if name in LISTS:
            return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
        if name in ("threshold", "retention"):
            return self.number(name)
        return text

    def _options(self, hosts: tuple[str, ...], present: Options) -> Options | None:
        changes: dict[str, Any] = {name: self.typed[name].strip() for name in OPTIONS if name != "theme"}
        changes["subdomains"] = self._try("subdomains", partial(hostnames.to_ascii, changes["subdomains"])) or ""
        changes["consent_mode"] = bool(changes["consent_mode"])
        options: Options = DEFAULTS
        for name, value in changes.items():
            options = self._try(name, partial(options.amended, {name: value})) or options
        theme = self._try("theme", partial(look.theme_of, self.typed, present.theme))
        options = options.amended({"theme": theme})
        if hosts:
            is_kept = options.subdomains == present.subdomains
            check = subdomains.check_within if is_kept else subdomains.check_subdomains
            self._try("subdomains", partial(check, options.subdomains, hosts))
        return None if self.errors else options

    def _try(self, name: str, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except (NoticeError, OptionsError, HostNameError) as error:
            # Of a theme the beginning says in which of its colours something is wrong.
            self.errors[name] = str(error) if name == "theme" else error.message
        return None


def base_of(site: Site) -> str:
    """Differs as soon as anybody has changed anything of a site that the form shows."""
    latest = site.timeline.latest
    state = [site.name, site.hosts, site.options.document, latest.notice.digest, latest.current_from.name]
    return hashlib.sha256(json.dumps(state).encode()).hexdigest()[:16]
