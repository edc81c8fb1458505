"""What an owner sees of what happened: a month of simulated visits through tally, release and close, and the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import accumulate
from random import Random
from statistics import mean
from typing import NamedTuple, TypeAlias

from bench.installation import Installation, installed
from bench.pending import Clock
from bench.results import Figure, Group, Section
from bench.scale import Scale
from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting import hit
from consent_service.domain.counting.dimensions import DIMENSIONS, OTHER
from consent_service.domain.disclosure.shown import ShownBreakdown
from consent_service.domain.notice.notice import Terms
from consent_service.keeper.keeper import create_keeper
from consent_service.reporting import published
from consent_service.spool.directory import Spool
from consent_service.spool.writer import TallyWriter
from consent_service.storage import sites
from consent_service.storage.database.engine import reading, writing

MONTH = Period.parse("2026-11")
K = 10

PAGES, LONG_TAIL = 100, 5_000

VALUES = {"referrer": 40, "campaign": 10, "platform": 12}
"""How many values a breakdown has; the share of the n-th is in proportion to 1/n (Zipf's law)."""

BREAKDOWNS = ("page", "entry", *VALUES)

SECOND_VIEWS = 0.5
"""The share of visits that see a second page."""


class Case(NamedTuple):
    """A simulated site."""

    detail: str
    visits: int
    """a day"""
    pages: int = PAGES


CASES = (
    *(Case("month", visits) for visits in (5, 10, 30, 100, 300, 1_000, 10_000)),
    *(Case("day", visits) for visits in (30, 100, 300, 1_000, 10_000)),
    *(Case(detail, 1_000, LONG_TAIL) for detail in ("month", "day")),
)

NAMED, NAMED_AT_100_A_DAY, EXACT, LARGEST, TEN_LARGEST = 0.95, 0.92, 0.65, 0.10, 0.05
"""What the design asks for, of the visits in cells that reach k: published under their name; exactly; lost."""

WEEKDAYS = (1.1, 1.15, 1.1, 1.05, 1.0, 0.7, 0.75)


Truth: TypeAlias = dict[Period, dict[str, Counter[str]]]
"""What happened, by period and dimension: visits by value, each of another visitor."""


class Utility(NamedTuple):
    """What is shown of the visits in cells that reach k, as shares of them.

    ``nameless`` is the share of the periods with such cells in which none of them has a row.
    """

    named: float
    exact: float
    largest_loss: float
    ten_largest_loss: float
    nameless: float


def measure(scale: Scale) -> Section:
    rounds = max(1, scale.rounds - 2)
    return Section(
        "What is published of what happened",
        "Thirty days of visits of new visitors, half of whom see a second page, hour by hour through tally, merge, "
        "release and close, and read as the report reads them; "
        f"k is {K}, {rounds} sites each. Shares are of the visits in cells that reach k.",
        [_group(case, rounds) for case in CASES],
    )


def _group(case: Case, rounds: int) -> Group:
    tail = "" if case.pages == PAGES else f", {case.pages:,} pages"
    title = f"by {case.detail}, {case.visits:,} visits a day{tail}"
    print(f"  {title}", flush=True)
    found: dict[str, list[Utility]] = {name: [] for name in BREAKDOWNS}
    for seed in range(rounds):
        with installed(CONSENT_SECRET_KEYS="k" * 32) as place:
            for name, utility in _simulate(place, case, seed):
                found[name].append(utility)
    return Group(title, [figure for name in BREAKDOWNS for figure in _figures(name, found[name], case)])


def _figures(name: str, found: Sequence[Utility], case: Case) -> Iterator[Figure]:
    detail, visits, _ = case
    is_busy = (detail == "month" and visits >= 10) or (detail == "day" and visits >= 100)
    has_target = is_busy and name != "entry"  # of them it is measured, and nothing asked for
    least = (NAMED_AT_100_A_DAY if (detail, visits) == ("day", 100) else NAMED) if has_target else None
    is_large = visits >= (30 if detail == "month" else 300) and name != "entry"
    yield Figure(f"{name}: under a name", mean(one.named for one in found), least=least)
    yield Figure(f"{name}: exactly", mean(one.exact for one in found), least=EXACT if is_large else None)
    yield Figure(
        f"{name}: the largest loses", mean(one.largest_loss for one in found), most=LARGEST if is_large else None
    )
    yield Figure(
        f"{name}: the ten largest lose, on average",
        mean(one.ten_largest_loss for one in found),
        most=TEN_LARGEST if is_large else None,
    )
    yield Figure(f"{name}: periods without a named row", mean(one.nameless for one in found))


def _simulate(place: Installation, case: Case, seed: int) -> Iterator[tuple[str, Utility]]:
    detail = case.detail
    clock, random = Clock(_instant(MONTH.first)), Random(f"{detail} {case.visits} {case.pages} {seed}")
    truth: Truth = {}
    with writing(place.engine) as connection:
        terms = Terms("Bench", threshold=K, detail=detail)  # type: ignore[arg-type]
        site = sites.add(connection, "Bench", ["bench.example"], terms, MONTH.first)
    keeper = create_keeper(place.config, clock)
    writer = TallyWriter(Spool(place.config.spool_dir), clock)
    for day in MONTH.days:
        begin = _instant(day.first)
        clock.now = begin
        keeper.assign()
        for hour in range(24):
            clock.now = begin + 3_600 * hour + 60
            for _ in range(_number(random, case.visits, day.first)):
                _visit(writer, site.key, case, day, random, truth)
            writer.seal()
            keeper.merge()
            clock.now += 3_000
            keeper.release()
        clock.now = begin + 86_400 + 60
        keeper.close()
    with reading(place.engine) as connection:
        parts = [MONTH] if detail == "month" else MONTH.days
        settings = published.closed(connection, site, [MONTH, *parts])
        read = published.read(connection, published.Query(site, settings, whole=[MONTH, *parts]))
    for name in BREAKDOWNS:
        wanted = [MONTH] if detail == "month" or DIMENSIONS[name].monthly else parts
        shown = {period: read.shown(period, name) for period in wanted}
        yield name, _utility(shown, {period: truth[period][name] for period in wanted if period in truth})


def _instant(day: date) -> float:
    return (day - date(1970, 1, 1)).days * 86_400.0


def _number(random: Random, visits: int, day: date) -> int:
    usual = visits * WEEKDAYS[day.weekday()] / 24
    return max(0, round(random.gauss(usual, usual**0.5)))


def _visit(writer: TallyWriter, site: str, case: Case, day: Period, random: Random, truth: Truth) -> None:
    """One visit of a newcomer, who sees one page or two."""
    group = (site, case.detail, day.name)
    entry = f"/{_zipf(random, case.pages)}"
    values = {"page": entry, "entry": entry, **{name: f"/{_zipf(random, VALUES[name])}" for name in VALUES}}
    first = (hit.CLASS_OF[hit.VISIT_FLAGS],)
    writer.count(group, [("site", "", first), *((name, value, first) for name, value in values.items())])
    touched = set(values.items())
    if random.random() < SECOND_VIEWS:
        page = f"/{_zipf(random, case.pages)}"
        flags = hit.VISIT_FLAGS | hit.SECOND_VIEW | (hit.FIRST_TOUCH if page != entry else 0)
        writer.count(group, [("site", "", hit.SITE_COUNTERS[flags]), ("page", page, hit.PAGE_COUNTERS[flags])])
        touched.add(("page", page))
    for period in (day, MONTH):
        counted = truth.setdefault(period, {name: Counter() for name in BREAKDOWNS})
        for name, value in touched:
            counted[name][value] += 1


def _zipf(random: Random, number: int) -> int:
    return random.choices(range(1, number + 1), cum_weights=_weights(number))[0]


@cache
def _weights(number: int) -> Sequence[float]:
    return list(accumulate(1 / place for place in range(1, number + 1)))


def _utility(shown: Mapping[Period, ShownBreakdown], truth: Mapping[Period, Counter[str]]) -> Utility:
    large = {(period, value): n for period, counted in truth.items() for value, n in counted.items() if n >= K}
    rows = {cell: shown[cell[0]].get(cell[1], {}).get("visits") for cell in large}
    told = {cell: row.number for cell, row in rows.items() if row}
    everything = sum(large.values()) or 1
    by_value: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for cell, number in large.items():
        by_value[cell[1]] += number
        lost[cell[1]] += number - told.get(cell, 0)
    losses = [lost[value] / number for value, number in by_value.most_common(10)]
    return Utility(
        named=sum(told.values()) / everything,
        exact=sum(large[cell] for cell, row in rows.items() if row and row.is_exact) / everything,
        largest_loss=losses[0] if losses else 0,
        ten_largest_loss=mean(losses) if losses else 0,
        nameless=_nameless(shown, truth),
    )


def _nameless(shown: Mapping[Period, ShownBreakdown], truth: Mapping[Period, Counter[str]]) -> float:
    periods = [period for period, counted in truth.items() if any(number >= K for number in counted.values())]
    return mean(not (shown[period].keys() - {OTHER}) for period in periods) if periods else 0.0
