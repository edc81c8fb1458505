"""What is said of a site beside what happened there: every number of every file and page is checked against the truth.

The visits are simulated, and counted here for themselves: by what each browser did, not by what the service made of it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter, defaultdict
from datetime import date, timedelta
from random import Random

import pytest

from consent_service.collect.countries import countries_by_zone
from consent_service.demo.examples import NETWORK
from consent_service.demo.visitors import Audience, Crowd
from consent_service.domain.calendar.periods import Period
from consent_service.domain.calendar.ranges import Range
from consent_service.domain.counting import hit
from consent_service.domain.counting.dimensions import DIMENSIONS, OTHER
from consent_service.domain.figures.parts import part_of
from consent_service.domain.masking import values
from consent_service.reporting import exports
from consent_service.storage.database.engine import reading
from consent_service.web import words
from tests.integration import told

FIRST, LAST = date(2026, 9, 28), date(2026, 11, 3)
MONTH = Period.parse("2026-10")
SPAN = Range(date(2026, 10, 5), date(2026, 10, 18))
K = 10

FIRST_OF = {
    "day": hit.FIRST_OF_DAY, "week": hit.FIRST_OF_WEEK, "month": hit.FIRST_OF_MONTH, "year": hit.FIRST_OF_YEAR
}  # fmt: skip


class Truth:
    """Counts by period, dimension and value: views, visits and visitors."""

    def __init__(self, families) -> None:
        self.counts = defaultdict(lambda: defaultdict(Counter))
        self._families, self._countries = families, countries_by_zone()

    def note(self, day: date, hour: int, visit) -> None:
        first = visit.hits[0]
        for kind, flag in FIRST_OF.items():
            period = Period.of(day, kind)
            is_visitor = bool(first["f"] & flag)
            for name, value in self._values(hour, visit).items():
                self._add(period, name, value, views=0, visits=1, visitors=is_visitor)
            for path, views in Counter(message["p"] for message in visit.hits).items():
                self._add(period, "page", path, views=views, visits=1, visitors=is_visitor)
            is_engaged = len(visit.hits) > 1
            self._add(period, "site", "", views=len(visit.hits), visits=1, visitors=is_visitor, engaged=is_engaged)

    def note_acceptance(self, day: date, digest: str) -> None:
        self._add(Period.of(day, "month"), "consent", digest, visits=1, visitors=1)

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

    def whole(self, period: str, name: str, measure: str) -> int:
        """What all values of a breakdown have together."""
        if name != "consent":
            return self.total(period, measure)
        return sum(counts[measure] for counts in self.counts[period, name].values())

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
        truth.note_acceptance(day, world.notice(key)["digest"])
        for visit in crowd.visits_on(day):
            if clock.now < _instant(day) + 3_600 * visit.hour + 60:
                world.merge()
                world.keeper.release()
                clock.now = _instant(day) + 3_600 * visit.hour + 60
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


def test_no_file_and_no_page_says_what_is_not_so(lived, owner):
    world, key, truth = lived
    with reading(world.engine) as connection:
        site = world.site(key)
        files = {form: exports.file_of(connection, site, "2026-10", form, world.clock()) for form in ("csv", "json")}
        days = exports.file_of(connection, site, "2026-10", "days", world.clock())
    rows = list(csv.DictReader(io.StringIO(files["csv"].decode())))
    detail = site.timeline.in_month(MONTH).notice.terms.detail

    assert [_plain(row) for row in json.loads(files["json"])["rows"]] == rows
    assert len({row["dimension"] for row in rows} & {"site", "page", "referrer", "platform", "hour"}) == 5
    assert _faults(rows, detail, truth) == []
    assert _short(rows, truth) == []
    assert _day_faults(list(csv.DictReader(io.StringIO(days.decode()))), truth) == []

    checked = Checked()
    for span in _spans():
        page = owner.get(f"/sites/{key}?{_asked(span)}").text
        _check_figures(page, span, truth, checked)
        _check_series(page, truth, checked)
        _check_panels(page, detail, truth, checked)
        _check_lines(page, span, detail, truth, checked)
    assert checked.faults == []
    # So much there was to be checked: a page that is read wrongly says nothing.
    least = {"figures": 100, "rates": 30, "parts": 80, "rows": 2_000, "coverages": 200, "others": 200, "lines": 5}
    assert {kind: number for kind, number in least.items() if checked.number[kind] < number} == {}


class Checked:
    """What was found false, and how many statements of each kind there were."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.number: Counter[str] = Counter()

    def note(self, kind: str, is_so: bool, *what: object) -> None:
        self.number[kind] += 1
        if not is_so:
            self.faults.append(f"{kind}: {', '.join(map(str, what))}")


def _plain(row):
    return {name: "" if field is None else str(field) for name, field in row.items()}


def _faults(rows, detail: str, truth: Truth) -> list[str]:
    return [
        f"{name} {row['value']} {measure} {row[measure]} {row['marks']}"
        for name in {row["dimension"] for row in rows}
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
    everything = sum(truth.whole(part, name, measure) for part in parts)
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


# The pages


def _spans() -> list[Period | Range]:
    """Every day and week, the months and the year, closed and open, and some days that were chosen."""
    days = [Period.of(FIRST + timedelta(days=number), "day") for number in range((LAST - FIRST).days + 1)]
    longer = {Period.of(day.first, kind): None for kind in ("week", "month", "year") for day in days}
    return [*days, *longer, SPAN]


def _asked(span: Period | Range) -> str:
    return f"from={span.first}&to={span.last}" if isinstance(span, Range) else f"period={span}"


def _check_panels(page: str, detail: str, truth: Truth, checked: Checked) -> None:
    spans = {words.period(span): span for span in _spans()}
    for panel in told.panels(page):
        dimension, parts = _base(panel.name), _parts_of(panel.name, spans[panel.period], detail)
        labels = _labels(panel.name, truth)
        for row in panel.rows:
            for name, number in row.counts.items():
                true = sum(truth.of(part, dimension, value, name) for part in parts for value in labels[row.label])
                checked.note("rows", number.holds(true), panel, row.label, number, true)
        whole = _whole(dimension, parts, truth)
        held, other = told.coverage(panel), told.everything_else(panel.sentences)
        if held:
            is_so = held.rows.number <= whole and held.whole.holds(whole)
            checked.note("coverages", is_so, panel.name, panel.period, held, whole)
        if other:
            named = held.rows.number if held else 0
            checked.note("others", named + other.number <= whole, panel.name, panel.period, other, held, whole)


def _check_lines(page: str, span: Period | Range, detail: str, truth: Truth, checked: Checked) -> None:
    """What is said in the place of panels without a named value."""
    for title, sentences in told.lines(page):
        name = told.NAMES[title]
        is_by_day = detail == "day" and DIMENSIONS[_base(name)].detailed
        shown = [span] if span.kind in ("month", "year") or is_by_day else span.months
        if len(shown) == 1:  # a week of two months shows one of them
            whole = _whole(_base(name), _parts_of(name, shown[0], detail), truth)
            numbers = (told.everything_else(sentences), told.without_value(sentences))
            is_so = sum(number.number for number in numbers if number) <= whole
            checked.note("lines", is_so, title, sentences, whole)


def _whole(dimension: str, parts: list[str], truth: Truth) -> int:
    measure = "views" if DIMENSIONS[dimension].many else "visits"
    return sum(truth.whole(part, dimension, measure) for part in parts)


MADE_OF = {
    "missing": "page",
    "by-source": "campaign",
    "by-medium": "campaign",
    "by-device": "platform",
    "by-system": "platform",
}


def _base(name: str) -> str:
    """The dimension of whose rows a panel is made."""
    return MADE_OF.get(name, name)


def _labels(name: str, truth: Truth) -> dict[str, list[str]]:
    """The values for which a row's label stands."""
    dimension, labels = _base(name), defaultdict(list)
    for value in {value for (_, of), counts in truth.counts.items() if of == dimension for value in counts}:
        part = part_of(dimension, name.removeprefix("by-"), value) if name != dimension else value
        labels[words.value(name, part)].append(value)
    return labels


def _parts_of(name: str, span: Period | Range, detail: str) -> list[str]:
    """The periods of which a panel's numbers are made: of a year and of chosen days, those that are closed."""
    is_by_day = detail == "day" and DIMENSIONS[_base(name)].detailed
    if is_by_day:
        return [day.name for day in span.days if FIRST <= day.first <= LAST]
    return [month.name for month in span.months if month <= MONTH] if span.kind == "year" else [span.name]


def _check_figures(page: str, span: Period | Range, truth: Truth, checked: Checked) -> None:
    days = [day.name for day in span.days] if isinstance(span, Range) else [span.name]
    true = {name: sum(truth.total(day, name) for day in days) for name in ("visitors", "visits", "views", "engaged")}
    for label, text in told.figures(page).items():
        measure = told.MEASURES.get(label.removesuffix(", added up"))
        if measure:
            checked.note("figures", _number_holds(text, true[measure]), span, label, text, true)
        else:
            checked.note("rates", _rate_holds(label, text, true), span, label, text, true)


def _check_series(page: str, truth: Truth, checked: Checked) -> None:
    """The table behind the chart."""
    for name, cells in told.series(page).items():
        if cells[0] == f"fewer than {K} visitors":
            checked.note("parts", truth.total(name, "visitors") < K, name, cells)
        elif cells[0] not in ("not shown yet", "not counted"):
            for measure, text in zip(("visitors", "visits", "views"), cells[:3], strict=True):
                checked.note("parts", _number_holds(text, truth.total(name, measure)), name, cells)


def _number_holds(text: str, true: int) -> bool:
    number = told.said(text)
    return number is None or number.holds(true)


def _rate_holds(label: str, text: str, true) -> bool:
    """A rate of exact numbers is exact; one that says "about" is off by a tenth at most."""
    number = re.match(r"(?:about )?([\d.]+)", text)
    if number is None:
        return text in ("hidden", "known when it is closed")
    told_rate, is_about = float(number.group(1)), "about" in text
    if label == "Views per visit":
        rate = true["views"] / true["visits"]
        return abs(told_rate - rate) <= (rate / 10 if is_about else 0) + 0.05
    assert label == "Bounce rate"
    rate = 100 * (true["visits"] - true["engaged"]) / true["visits"]
    return abs(told_rate - rate) <= (10 if is_about else 0) + 0.5
