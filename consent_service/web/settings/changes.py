"""What a form of settings would change: from what to what, from when, at what price."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from consent_service import hostnames, locale
from consent_service.domain.calendar.periods import Period
from consent_service.domain.notice import diff, timeline
from consent_service.domain.notice.weakening import weakened
from consent_service.domain.site import Site
from consent_service.web import words
from consent_service.web.settings.costs import SETTING_COSTS
from consent_service.web.settings.form import OPTIONS, Wanted

LABELS = {
    "name": "Name",
    "hosts": "Host names",
    "controller": "Who counts",
    "timezone": "Time zone",
    "threshold": "Threshold",
    "detail": "Detail",
    "dimensions": "What is counted",
    "events": "Events",
    "pages": "Listed pages",
    "retention": "Months for which days are kept",
    "do_not_track": "Do Not Track",
    "subdomains": "One choice for all of",
    "routes": "Where pages are",
    "consent_mode": "Google Consent Mode",
    "theme": "Theme",
    "profile": "Profile",
}

FEW = 6
"""Members of a list that are written out, and of a longer one those that it has and another has not."""


@dataclass(frozen=True)
class SettingChange:
    """Of one setting, in words."""

    name: str
    label: str
    old: str
    new: str
    cost: str = ""
    weakens: bool = False


@dataclass(frozen=True)
class Review:
    """``starts`` is when the terms change: None if they do not, ``now``, or a month.

    ``withdrawn`` is the month for which a notice waited that will not come.
    """

    at_once: Sequence[SettingChange]
    terms: Sequence[SettingChange]
    starts: Period | Literal["now"] | None
    withdrawn: Period | None

    @property
    def is_empty(self) -> bool:
        return not self.at_once and not self.terms and not self.withdrawn

    @property
    def weakens(self) -> bool:
        return any(change.weakens for change in self.terms)


def review(site: Site, wanted: Wanted, month: Period, counted: bool) -> Review:
    """What would change in ``month``, the present one, against what is in force and what waits."""
    line, current = site.timeline, site.timeline.in_month(month).notice
    has_new_terms = wanted.terms != line.latest.notice.terms
    editions = timeline.published(line, month, counted, wanted.terms, None) if has_new_terms else []
    waited = line.latest.current_from if line.latest.current_from > month else None
    is_new = wanted.terms != current.terms
    return Review(
        at_once=list(_at_once(site, wanted)),
        terms=_terms(current.terms, wanted.terms) if has_new_terms else [],
        starts=None if not has_new_terms or not is_new else editions[-1].current_from if counted else "now",
        withdrawn=waited if has_new_terms and not is_new else None,
    )


def _at_once(site: Site, wanted: Wanted) -> Iterator[SettingChange]:
    for name, old, new in (("name", site.name, wanted.name), ("hosts", site.hosts, wanted.hosts)):
        if old != new:
            yield SettingChange(name, LABELS[name], describe(name, old), describe(name, new))
    for name in OPTIONS:
        old, new = getattr(site.options, name), getattr(wanted.options, name)
        if old != new:
            yield SettingChange(name, LABELS[name], describe(name, old), describe(name, new))


def _terms(old: Any, new: Any) -> list[SettingChange]:
    weaker = weakened(old, new)
    return [
        SettingChange(
            term.name,
            LABELS[term.name],
            *_describe_both(term.name, term.old, term.new),
            SETTING_COSTS[term.name],
            term.name in weaker,
        )
        for term in diff.changed_terms(old, new)
    ]


def _describe_both(name: str, old: Any, new: Any) -> tuple[str, str]:
    """Of long lists what one has and the other has not."""
    if isinstance(old, tuple) and max(len(old), len(new)) > FEW:
        gone, came = [value for value in old if value not in new], [value for value in new if value not in old]
        return _counted(len(old), "without", gone), _counted(len(new), "with", came)
    return describe(name, old), describe(name, new)


def _counted(number: int, word: str, values: Sequence[str]) -> str:
    some = ", ".join(values[:FEW]) + (f" and {len(values) - FEW} more" if len(values) > FEW else "")
    return f"{number}, {word} {some}" if values else f"{number}"


def describe(name: str, value: Any) -> str:
    """A setting's value as people read it."""
    if name == "hosts":
        value = tuple(map(hostnames.with_stored, value))
    if name == "subdomains":
        value = hostnames.with_stored(value)
    if name == "dimensions":
        value = tuple(words.TITLES.get(dimension, "Engaged time") for dimension in value)
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    if name == "theme":
        return "a theme of its own" if value else "the service's own"
    if name == "consent_mode":
        return "told of the choice" if value else "not used"
    if name == "detail":
        return f"by {value}"
    return str(value) or "none"


def start_of(month: Period) -> str:
    """``1 December 2026``"""
    return locale.day(month.first)
