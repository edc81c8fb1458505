"""The wording of the owner's pages: names of periods, dimensions and values, and what the numbers are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from consent_service import locale
from consent_service.domain.calendar.periods import Kind, Period
from consent_service.domain.calendar.ranges import PeriodOrRange
from consent_service.domain.counting.dimensions import NONE, OTHER
from consent_service.domain.counting.web_vitals import LIMITS
from consent_service.domain.disclosure.shown import Rate
from consent_service.domain.figures.parts import DEVICES

TITLES = {
    "page": "Pages",
    "entry": "Entry pages",
    "missing": "Pages not found",
    "referrer": "Referrers",
    "campaign": "Campaigns",
    "by-source": "Campaigns by source",
    "by-medium": "Campaigns by medium",
    "country": "Countries",
    "language": "Languages",
    "platform": "Platforms",
    "browser": "Browsers",
    "by-device": "Platforms by device",
    "by-system": "Platforms by system",
    "event": "Events",
    "outbound": "Links to other sites",
    "download": "Downloads",
    "lcp": "Loading: largest contentful paint",
    "inp": "Reacting: interaction to next paint",
    "cls": "Standing still: cumulative layout shift",
    "hour": "Hours at which visits began",
    "consent": "Acceptances by notice",
}
"""By panel: a dimension, or what is made of the rows of one."""

TABS = {
    **TITLES,
    "missing": "Not found",
    "by-source": "By source",
    "by-medium": "By medium",
    "by-device": "By device",
    "by-system": "By system",
    "outbound": "Links",
    "lcp": "Loading",
    "inp": "Reacting",
    "cls": "Standing still",
}
"""The same in a group that says what it is about."""

COLUMNS = {
    "page": "Page",
    "entry": "Entry page",
    "missing": "Path",
    "referrer": "From",
    "campaign": "Source / medium / name",
    "by-source": "Source",
    "by-medium": "Medium",
    "country": "Country",
    "language": "Language",
    "platform": "System, device",
    "browser": "Browser",
    "by-device": "Device",
    "by-system": "System",
    "event": "Event",
    "outbound": "To",
    "download": "File",
    "lcp": "Rating",
    "inp": "Rating",
    "cls": "Rating",
    "hour": "Hour",
    "consent": "Notice",
}

MEASURES = {"views": "Views", "visits": "Visits", "visitors": "Visitors"}


def measure(dimension: str, name: str) -> str:
    """The title of a column. An acceptance is counted in the place of a visit."""
    return "Acceptances" if dimension == "consent" else MEASURES[name]


NONE_MEANS = {
    "page": "the accepted notice does not name pages",
    "entry": "the accepted notice does not name entry pages",
    "campaign": "the address of the visit's first page named no campaign",
    "by-source": "no campaign, or a link that named no source",
    "by-medium": "no campaign, or a link that named no medium",
    "country": "not told by the browser, or Iceland without Icelandic, which browsers say that hide where they are",
    "referrer": "typed, bookmarked, or not told by the browser",
}
"""By panel; of all others it is what the browser did not tell."""

MEASURED_OF = {
    "lcp": "The load of the first page of a visit; on a single-page site later routes are not loads.",
    "inp": "The slowest reaction of the first page of a visit; on a single-page site all routes until it was left.",
    "cls": "Visits by Chrome, Edge and other Chromium browsers; Firefox and Safari do not measure it.",
}
"""By panel: whose visits and which pages its numbers are of, where not all of them can be measured."""


def sentence(text: object) -> str:
    """With a capital and a full stop."""
    words = str(text)
    return f"{words[0].upper()}{words[1:]}."


@lru_cache(1_000)  # the list of sites names the same months for each
def period(span: PeriodOrRange) -> str:
    """``Sunday, 22 November 2026``, ``Week 47: 16 to 22 November 2026``, ``November 2026``, ``2026``

    Of a range ``3 October to 14 November 2026``.
    """
    first = span.first
    if span.kind == "range":
        return _days(first, span.last)
    if span.kind == "week":
        return f"Week {int(span.name[6:])}: {_days(first, span.last)}"
    if span.kind == "day":
        return f"{first:%A}, {first.day} {first:%B %Y}"
    return f"{first:%B %Y}" if span.kind == "month" else span.name


def listed(days: Sequence[Period]) -> str:
    """Days in order: ``2 November 2026, 19 to 22 November 2026``."""
    runs: list[tuple[date, date]] = []
    for day in (period.first for period in days):
        if runs and day - runs[-1][1] == timedelta(days=1):
            runs[-1] = runs[-1][0], day
        else:
            runs.append((day, day))
    return ", ".join(_days(*run) for run in runs)


def _days(first: date, last: date) -> str:
    start = f"{first.day}"
    if first == last:
        return f"{last.day} {last:%B %Y}"
    if (first.year, first.month) != (last.year, last.month):
        start += f" {first:%B}"
    if first.year != last.year:
        start += f" {first:%Y}"
    return f"{start}\N{EN DASH}{last.day} {last:%B %Y}"


def moment(seconds: float, zone: str) -> str:
    """``22 November 2026, 12:00``, in a time zone."""
    at = datetime.fromtimestamp(seconds, ZoneInfo(zone))
    return f"{at.day} {at:%B %Y, %H:%M}"


def part(span: PeriodOrRange, of: Kind | Literal["range"]) -> str:
    """The name of a bar: a weekday in a week, the day of a month, a month of a year; of a range day and month."""
    first = span.first
    if span.kind == "range":
        return f"{first:%b %Y}"
    if of == "range":
        return f"{first.day} {first:%b}"
    return f"{first:%a} {first.day}" if of == "week" else f"{first.day}" if of == "month" else f"{first:%b}"


def value(name: str, text: str) -> str:
    """A value of a panel as people call it."""
    if text in (OTHER, NONE):
        return text
    if name == "hour":
        return f"{int(text):02}:00"
    if name in ("country", "language"):
        return (locale.COUNTRIES if name == "country" else locale.LANGUAGES).get(text, text)
    if name in ("by-device", *LIMITS) or (name == "platform" and text in DEVICES):
        return text.capitalize()
    return f"Notice {text[:8]}" if name == "consent" else text


def seconds(rate: Rate) -> str:
    """``1 min 24 s``"""
    minutes, rest = divmod(round(rate.value), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
