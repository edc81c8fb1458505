"""Simulated visitors: what their browsers would send, from what their browsers would remember."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

from consent_service.domain.calendar.periods import periods_of
from consent_service.domain.counting import hit


class Person(NamedTuple):
    """What describes a browser."""

    zone: str
    language: str
    device: str
    agent: str
    address: str


@dataclass
class Browser:
    """One visitor's browser: it remembers the date of its last visit, and nothing leaves it but flags."""

    person: Person
    last: date | None = None

    def visit_flags(self, today: date) -> int:
        """Whether a visit today is this browser's first of the day, week, month and year."""
        last, self.last = self.last, today
        if last is None:
            return hit.VISIT_FLAGS
        flags = (hit.FIRST_OF_DAY, hit.FIRST_OF_WEEK, hit.FIRST_OF_MONTH, hit.FIRST_OF_YEAR)
        pairs = zip(flags, periods_of(last), periods_of(today), strict=True)
        return sum(flag for flag, before, now in pairs if before != now)


@dataclass(frozen=True)
class Audience:
    """How many come to a site, and what they look at. The lists are in falling order of popularity."""

    visits_a_day: int
    pages: Sequence[str]
    referrers: Sequence[str]
    places: Sequence[tuple[str, str]]
    """time zone and language"""
    returning: float
    """share of visits by someone who was here before"""
    links: Sequence[tuple[str, str, str]] = ()
    """source, medium and name of the links of campaigns; a part may be empty"""
    tagged: float = 0.15
    """share of visits that come by one of these links"""


_AGENTS = (
    (
        "phone",
        "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Mobile Safari/537.36",
    ),
    (
        "phone",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/18.6 Mobile/15E148 Safari/604.1",
    ),
    (
        "desktop",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36",
    ),
    (
        "desktop",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/18.6 Safari/605.1.15",
    ),
    ("desktop", "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"),
    (
        "desktop",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 "
        "Safari/537.36 Edg/141.0",
    ),
    (
        "tablet",
        "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/18.6 Mobile/15E148 Safari/604.1",
    ),
)
_HOURS = [1, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 9, 10, 9, 9, 9, 9, 10, 11, 12, 12, 10, 6, 3]
_WEEKDAYS = [1.1, 1.15, 1.1, 1.05, 1.0, 0.7, 0.75]


class Visit(NamedTuple):
    hour: int
    person: Person
    accepts: bool
    """whether this browser accepts the notice first"""
    hits: list[dict[str, Any]]


@dataclass
class Crowd:
    """The visitors of one site over time."""

    audience: Audience
    random: Random
    _browsers: list[Browser] = field(default_factory=list)

    def visits_on(self, day: date) -> list[Visit]:
        """One day's visits, by hour."""
        usual = self.audience.visits_a_day * _WEEKDAYS[day.weekday()]
        number = max(1, round(self.random.gauss(usual, usual / 8)))
        return sorted((self._visit(day) for _ in range(number)), key=lambda visit: visit.hour)

    def _visit(self, day: date) -> Visit:
        known = bool(self._browsers) and self.random.random() < self.audience.returning
        browser = self.random.choice(self._browsers) if known else self._newcomer()
        flags = browser.visit_flags(day)
        hour = self.random.choices(range(24), _HOURS)[0]
        return Visit(hour, browser.person, not known, list(self._hits(browser.person, flags)))

    def _newcomer(self) -> Browser:
        device, agent = self._popular(_AGENTS)
        zone, language = self._popular(self.audience.places)
        address = ".".join(str(self.random.randrange(1, 255)) for _ in range(4))
        self._browsers.append(Browser(Person(zone, language, device, agent, address)))
        return self._browsers[-1]

    def _hits(self, person: Person, flags: int) -> Iterator[dict[str, Any]]:
        seen: set[str] = set()
        for number in range(self.random.choices((1, 2, 3, 5, 8), (45, 22, 16, 11, 6))[0]):
            path = self._popular(self.audience.pages)
            extra = (hit.FIRST_VIEW, hit.SECOND_VIEW)[number] if number < 2 else 0
            extra |= 0 if path in seen else hit.FIRST_TOUCH
            seen.add(path)
            message: dict[str, Any] = {"e": "view", "p": path, "f": flags | extra}
            if number == 0:
                message |= {"z": person.zone, "l": person.language, "d": person.device}
                message |= self._origin()
            yield message

    def _origin(self) -> dict[str, str]:
        """Where a visit comes from: a tagged link in a mail, or the page of another host."""
        if self.audience.links and self.random.random() < self.audience.tagged:
            parts = zip(("us", "um", "uc"), self._popular(self.audience.links), strict=True)
            return {field: text for field, text in parts if text}
        referrer = self._popular(self.audience.referrers)
        return {"r": referrer} if referrer else {}

    def _popular(self, choices: Sequence[Any]) -> Any:
        """One of the choices, in a Zipf distribution."""
        weights = [1 / (place + 1) for place in range(len(choices))]
        return self.random.choices(choices, weights)[0]


def days_between(start: date, end: date) -> list[date]:
    """All days from start to end, both included."""
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]
