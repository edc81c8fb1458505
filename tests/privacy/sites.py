"""Whole sites of random shape, counted, released and closed by the rules; and what can be seen of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import NamedTuple

from consent_service.domain.counting.counts import Breakdown, Counts, PeriodCounts, minus, plus, together
from consent_service.domain.counting.dimensions import DIMENSIONS, OTHER
from consent_service.domain.disclosure import publication, release, shown
from consent_service.domain.disclosure.cover import Draw
from consent_service.domain.disclosure.publication import NOTHING, PublishedRow
from consent_service.security import tokens

MONTH = "month"

CHANGED = "/members/:id"
"""A page of many addresses: of it a visit counts only if it began there."""


class Visit(NamedTuple):
    """A visit, all of it between two releases, on one machine."""

    segment: int
    machine: int
    is_first_of_day: bool
    is_first_of_month: bool
    pages: tuple[str, ...]
    link: str
    platform: str
    country: str = "(none)"
    language: str = "en"

    @property
    def is_engaged(self) -> bool:
        return len(self.pages) > 1


@dataclass
class Site:
    """What really happened. Segments are the times between two releases, or a release and the end of a day."""

    threshold: int
    detail: str
    machines: int
    days: list[list[int]]
    """The segments of each day; after the last there is no release, for the day is over."""
    pages: list[str]
    links: list[str]
    platforms: list[str]
    countries: list[str]
    languages: list[str]
    visits: list[Visit] = field(default_factory=list)

    @cached_property
    def segments(self) -> list[int]:
        return [segment for day in self.days for segment in day]

    def of(self, segment: int, machine: int) -> list[Visit]:
        return self._by_place.get((segment, machine), [])

    @cached_property
    def _by_place(self) -> dict[tuple[int, int], list[Visit]]:
        places: dict[tuple[int, int], list[Visit]] = {}
        for visit in self.visits:
            places.setdefault((visit.segment, visit.machine), []).append(visit)
        return places


def random_site(random: Random) -> Site:
    """A site of a few days with some long tails, small enough to be hidden here and there."""
    lengths, segment = [random.choice((1, 1, 2, 3)) for _ in range(random.choice((1, 1, 2, 3)))], 0
    days = []
    for length in lengths:
        days.append(list(range(segment, segment + length)))
        segment += length
    site = Site(
        threshold=random.choice((5, 5, 10)),
        detail=random.choice(("month", "month", "day")),
        machines=random.choice((1, 1, 2)),
        days=days,
        pages=[
            *(f"/{number}" for number in range(random.randint(2, 12))),
            *random.choice(([], [], [CHANGED], ["404 /x"])),
        ],
        links=["(none)", *(f"link {number}" for number in range(random.randint(1, 6)))],
        platforms=[f"platform {number}" for number in range(random.randint(2, 8))],
        countries=["(none)", "IS", "DE", "FR", "CI"],
        languages=["en", "is", "de", "fr"],
    )
    shape = _Shape(random)
    most = random.choice((40, 80, 150, 300))
    visits = [shape.visit(random, site) for _ in range(random.randint(site.threshold, most))]
    site.visits = _with_places(random, site, visits)
    return site


def _with_places(random: Random, site: Site, visits: Iterable[Visit]) -> list[Visit]:
    """Give each visit a language, and a country that implies it where the table of dimensions says so."""
    places = [country for country in site.countries if country not in DIMENSIONS["country"].implies]
    random.shuffle(site.languages)
    tails, at_home = [random.choice((0.5, 1.0, 2.0)) for _ in range(2)], random.choice((0.5, 0.9, 1.0))
    placed = []
    for visit in visits:
        language, country = _zipf(random, site.languages, tails[0]), _zipf(random, places, tails[1])
        for implying, (_, implied) in DIMENSIONS["country"].implies.items():
            if language == implied and random.random() < at_home:
                country = implying
        placed.append(visit._replace(country=country, language=language))
    return placed


class _Shape:
    """How visits fall into values: some sites have one large page, some a long tail, some hardly a second view."""

    def __init__(self, random: Random) -> None:
        self._further = random.choice((0.1, 0.3, 0.5))
        self._again = random.choice((0.0, 0.2, 0.5))
        self._tails = [random.choice((0.5, 1.0, 1.5, 2.5)) for _ in range(4)]
        self._busy = random.random()

    def visit(self, random: Random, site: Site) -> Visit:
        tails = iter(self._tails)
        entry = _zipf(random, site.pages, next(tails))
        pages = [entry]
        tail = next(tails)
        while random.random() < self._further:
            pages.append(_zipf(random, site.pages, tail))
        is_first_of_day = random.random() >= self._again / 2
        return Visit(
            random.choice(site.segments),
            0 if site.machines == 1 else int(random.random() < self._busy),
            is_first_of_day,
            is_first_of_day and random.random() >= self._again,
            tuple(pages),
            _zipf(random, site.links, next(tails)),
            _zipf(random, site.platforms, next(tails)),
        )


def _zipf(random: Random, values: Sequence[str], tail: float) -> str:
    return random.choices(values, [(place + 1) ** -tail for place in range(len(values))])[0]


def total_of(visits: Iterable[Visit], is_day: bool) -> Counts:
    total = NOTHING
    for visit in visits:
        first = visit.is_first_of_day if is_day else visit.is_first_of_month
        total = plus(total, [len(visit.pages), 1, int(first), int(visit.is_engaged), 0])
    return total


def breakdown_of(name: str, visits: Iterable[Visit], is_day: bool) -> Breakdown:
    """What visits add to a breakdown."""
    cells: Breakdown = {}

    def add(value: str, views: int, counts: bool) -> None:
        first = visit.is_first_of_day if is_day else visit.is_first_of_month
        cells[value] = plus(cells.get(value, NOTHING), [views, int(counts), int(counts and first), 0, 0])

    for visit in visits:
        if name == "page":
            for page in set(visit.pages):
                add(page, visit.pages.count(page), page != CHANGED or visit.pages[0] == page)
        else:
            values = {"entry": visit.pages[0], "campaign": visit.link}
            add(values.get(name) or getattr(visit, name), 1, counts=True)
    return cells


class Written(NamedTuple):
    """What a machine wrote of a breakdown after a segment, under names."""

    segment: int
    machine: int
    cells: Breakdown


@dataclass
class Seen:
    """All that can be seen of one breakdown and period."""

    name: str
    segments: list[int]
    is_day: bool
    released_after: list[int] = field(default_factory=list)
    """the segments after which the breakdown was released"""
    written: list[Written] = field(default_factory=list)
    rows: list[PublishedRow] = field(default_factory=list)
    truth: Breakdown = field(default_factory=dict)
    """not seen"""

    @property
    def stored(self) -> Breakdown:
        """Before anything was handed over."""
        stored: Breakdown = {}
        for written in self.written:
            stored = together(stored, written.cells)
        return stored


NAMES = ("page", "campaign", "platform", "country", "language", "entry")

Close = Callable[
    [PeriodCounts, PeriodCounts, dict[str, str], int, Callable[[str], Draw], list[PublishedRow]], list[PublishedRow]
]


def observe(site: Site, key: str) -> list[Seen]:
    """Count, release and close a site, with the real draws under a key."""
    by_day = ("page", "campaign") if site.detail == "day" else ()
    days = [_period(site, segments, f"day {number}", by_day, key) for number, segments in enumerate(site.days)]
    names = [name for name in NAMES if name not in by_day]
    sums = _added_up([[row for seen in day for row in seen.rows] for day in days], by_day)
    month = _period(site, site.segments, MONTH, names, key, sums)
    return [seen for seen in (*(seen for day in days for seen in day), *month) if seen.truth]


def _period(
    site: Site, segments: list[int], period: str, names: Sequence[str], key: str, sums: Sequence[PublishedRow] = ()
) -> list[Seen]:
    is_day = period != MONTH
    everything = [Seen(name, segments, is_day) for name in names]
    pending: list[PeriodCounts] = [{name: {} for name in names} for _ in range(site.machines)]
    covers: list[dict[str, str]] = [{} for _ in range(site.machines)]
    totals: list[Counts] = [NOTHING] * site.machines
    stored_total = NOTHING

    def draw_for(name: str) -> Draw:
        return tokens.draw(key, "site", period, name)

    for segment in segments:
        for machine in range(site.machines):
            visits = site.of(segment, machine)
            totals[machine] = plus(totals[machine], total_of(visits, is_day))
            for seen in everything:
                cells = breakdown_of(seen.name, visits, is_day)
                pending[machine][seen.name] = together(pending[machine][seen.name], cells)
                seen.truth = together(seen.truth, cells)
        if segment == segments[-1]:
            break
        for machine in range(site.machines):
            is_enough = release.has_enough_visits(stored_total, site.threshold) or segment % 2 == 0
            stored_total = reduce_plus(totals)
            for seen in everything:
                if is_enough and not DIMENSIONS[seen.name].within:
                    _release(seen, segment, machine, pending[machine], covers[machine], site.threshold, draw_for)
    _close(everything, pending, covers, totals, site.threshold, draw_for, sums)
    return everything


def reduce_plus(parts: Iterable[Counts]) -> Counts:
    total = NOTHING
    for part in parts:
        total = plus(total, part)
    return total


def _release(
    seen: Seen,
    segment: int,
    machine: int,
    pending: PeriodCounts,
    covers: dict[str, str],
    threshold: int,
    draw_for: Callable[[str], Draw],
) -> None:
    cells, cover = release.release(
        DIMENSIONS[seen.name],
        pending[seen.name],
        seen.stored,
        covers.get(seen.name, ""),
        threshold,
        draw_for(seen.name),
    )
    if cover:
        covers[seen.name] = cover
    pending[seen.name] = {
        value: minus(counts, cells.get(value, NOTHING)) for value, counts in pending[seen.name].items()
    }
    pending[seen.name] = {value: counts for value, counts in pending[seen.name].items() if any(counts)}
    seen.written.append(Written(segment, machine, cells))


def _close(
    everything: list[Seen],
    pending: list[PeriodCounts],
    covers: list[dict[str, str]],
    totals: list[Counts],
    threshold: int,
    draw_for: Callable[[str], Draw],
    sums: Sequence[PublishedRow],
) -> None:
    kept: PeriodCounts = {seen.name: seen.stored for seen in everything if seen.stored}
    for machine in range(len(pending) - 1):
        handed = publication.hand_over(kept, {**pending[machine], "site": {"": totals[machine]}}, covers[machine])
        kept = {name: together(kept.get(name, {}), handed.get(name, {})) for name in {*kept, *handed}}
    rows = publication.close(kept, {**pending[-1], "site": {"": totals[-1]}}, covers[-1], threshold, draw_for, sums)
    for seen in everything:
        seen.rows = [row for row in rows if row.dimension == seen.name and row not in sums]


def _added_up(days: Sequence[Sequence[PublishedRow]], names: Sequence[str]) -> list[PublishedRow]:
    """The rows of closed days as those of their month."""
    rows = []
    for name in names:
        parts = [
            {row.value: shown.show_row(DIMENSIONS[name], row.counts, row.marks) for row in day if row.dimension == name}
            for day in days
        ]
        for value in dict.fromkeys(value for part in parts for value in part):
            counts = shown.add_up_counts([part[value] for part in parts if value in part], len(parts))
            numbers = [counts[m].number if m in counts else 0 for m in ("views", "visits", "visitors")]
            rows.append(PublishedRow(name, value, [*numbers, 0, 0], shown.marks_of(counts)))
    return rows


def hidden(seen: Seen, threshold: int) -> list[str]:
    """The values of a breakdown that are small and have no row."""
    named = {row.value for row in seen.rows}
    return [
        value
        for value, counts in seen.truth.items()
        if value not in (*named, OTHER) and any(counts) and counts[2] < threshold
    ]
