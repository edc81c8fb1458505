"""What is said of a site beside what happened there: every number of every file is checked against the truth.

The visits are simulated, and counted here for themselves: by what each browser did, not by what the service made of it.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from datetime import date, timedelta
from random import Random

import pytest

from consent_service.collect.countries import countries_by_zone
from consent_service.demo.examples import NETWORK
from consent_service.demo.visitors import Audience, Crowd
from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting import hit
from consent_service.domain.counting.dimensions import DIMENSIONS, OTHER
from consent_service.domain.masking import values
from consent_service.reporting import exports
from consent_service.storage.database.engine import reading

FIRST, LAST = date(2026, 9, 28), date(2026, 11, 3)
MONTH = Period.parse("2026-10")
K = 10


class Truth:
    """Counts by period, dimension and value: views, visits and visitors."""

    def __init__(self, families) -> None:
        self.counts = defaultdict(lambda: defaultdict(Counter))
        self._families, self._countries = families, countries_by_zone()

    def note(self, day: date, hour: int, visit) -> None:
        first = visit.hits[0]
        for kind, flag in (("day", hit.FIRST_OF_DAY), ("month", hit.FIRST_OF_MONTH)):
            period = Period.of(day, kind)
            is_visitor = bool(first["f"] & flag)
            for name, value in self._values(hour, visit).items():
                self._add(period, name, value, views=0, visits=1, visitors=is_visitor)
            for path, views in Counter(message["p"] for message in visit.hits).items():
                self._add(period, "page", path, views=views, visits=1, visitors=is_visitor)
            self._add(period, "site", "", views=len(visit.hits), visits=1, visitors=is_visitor)

    def _values(self, hour: int, visit):
        first, (browser, system) = visit.hits[0], self._families(visit.person.agent)
        return {
            "entry": first["p"],
            "referrer": first.get("r", "(none)"),
            "campaign": "(none)",
            "country": self._countries.get(first["z"], "(none)"),
            "language": first["l"].partition("-")[0],
            "platform": values.platform((system, first["d"])),
            "browser": browser,
            "hour": str(hour),
        }

    def _add(self, period: Period, name: str, value: str, **counts: int) -> None:
        self.counts[period.name, name][value].update(counts)

    def of(self, period: str, name: str, value: str, measure: str) -> int:
        return self.counts[period, name][value][measure]

    def total(self, period: str, measure: str) -> int:
        return self.of(period, "site", "", measure)


@pytest.fixture(params=["month", "day"])
def lived(request, world, clock, agents):
    """A site of some size, five weeks of its life, all of it closed; and the truth."""
    clock.now = _instant(FIRST) + 60
    world.keeper.assign()
    key = world.add_site(threshold=K, detail=request.param)
    audience = Audience(45, NETWORK.audience.pages[:12], NETWORK.audience.referrers, NETWORK.audience.places, 0.35)
    crowd, truth = Crowd(audience, Random(request.param)), Truth(agents.families)
    for number in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=number)
        token = world.token(key)
        for visit in crowd.visits_on(day):
            clock.now = max(clock.now, _instant(day) + 3_600 * visit.hour + 60)
            for message in visit.hits:
                headers = {"User-Agent": visit.person.agent}
                answer = world.hit(key, token, message["f"], headers, **_without_flags(message))
                assert answer.status_code == 204
            truth.note(day, visit.hour, visit)
            world.merge()
            world.keeper.release()
        clock.now = _instant(day) + 86_400 + 30
        world.close()
    return world, key, truth


def _instant(day: date) -> float:
    return (day - date(1970, 1, 1)).days * 86_400.0


def _without_flags(message):
    return {name: value for name, value in message.items() if name != "f"}


def test_no_file_says_what_is_not_so(lived):
    world, key, truth = lived
    with reading(world.engine) as connection:
        site = world.site(key)
        files = {form: exports.written(connection, site, "2026-10", form, world.clock()) for form in ("csv", "json")}
        days = exports.written(connection, site, "2026-10", "days", world.clock())
    rows = list(csv.DictReader(io.StringIO(files["csv"].decode())))

    assert [_plain(row) for row in json.loads(files["json"])["rows"]] == rows
    assert len({row["dimension"] for row in rows} & {"site", "page", "referrer", "platform", "hour"}) == 5
    assert _faults(rows, site.timeline.in_month(MONTH).notice.terms.detail, truth) == []
    assert _short(rows, truth) == []
    assert _day_faults(list(csv.DictReader(io.StringIO(days.decode()))), truth) == []


def _plain(row):
    return {name: "" if field is None else str(field) for name, field in row.items()}


def _faults(rows, detail: str, truth: Truth) -> list[str]:
    return [
        f"{name} {row['value']} {measure} {row[measure]} {row['marks']}"
        for name in {row["dimension"] for row in rows} - {"consent"}
        for own in [[row for row in rows if row["dimension"] == name]]
        for row in own
        for measure in ("views", "visits", "visitors")
        if row[measure] and not _holds(row, measure, own, name, _parts(name, detail), truth)
    ]


def _parts(name: str, detail: str) -> list[str]:
    """The periods of which a row of the month is made: itself, or its days."""
    is_sum = detail == "day" and DIMENSIONS[name].detailed
    return [day.name for day in MONTH.days] if is_sum else [MONTH.name]


def _holds(row, measure: str, rows, name: str, parts, truth: Truth) -> bool:
    number, is_least = int(row[measure]), f"{measure}>=" in row["marks"]
    if row["value"] != OTHER:
        true = sum(truth.of(part, name, row["value"], measure) for part in parts)
        return number <= true if is_least else number == true
    everything = sum(truth.total(part, measure) for part in parts)
    if DIMENSIONS[name].many and measure != "views":
        return is_least and number <= everything
    named = sum(int(other[measure] or 0) for other in rows if other["value"] != OTHER)
    return number <= everything - named if is_least else number == everything - named


def _day_faults(rows, truth: Truth) -> list[str]:
    return [
        f"{row['date']} {measure} {row[measure]} {row['marks']}"
        for row in rows
        for measure in ("views", "visits", "visitors")
        if row["marks"] or int(row[measure]) != truth.total(row["date"], measure)
    ]


def _short(rows, truth: Truth) -> list[str]:
    """Breakdowns by month whose rows do not add up to the visits, though each visit falls into one value."""
    names = ("entry", "country", "language", "platform", "browser", "hour")
    sums = {name: sum(int(row["visits"]) for row in rows if row["dimension"] == name) for name in names}
    return [name for name, visits in sums.items() if visits != truth.total(MONTH.name, "visits")]
