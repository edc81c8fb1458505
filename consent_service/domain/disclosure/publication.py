"""Publication: the rows that a closed period consists of, and what a machine hands over before another closes.

The rows depend on the counts and the keyed draws alone, not on how the counts were put together or in which order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial, reduce
from typing import NamedTuple

from consent_service.domain.counting.counts import (
    ENGAGED_VISITS,
    VISITORS,
    VISITS,
    Breakdown,
    Counts,
    PeriodCounts,
    minus,
    plus,
    together,
)
from consent_service.domain.counting.dimensions import DIMENSIONS, MEASURES, OTHER, Dimension
from consent_service.domain.disclosure import marks
from consent_service.domain.disclosure.cover import Draw, published_part
from consent_service.domain.disclosure.entries import Page, Pages, Rest, without_room
from consent_service.domain.disclosure.marks import HIDDEN, LEAST
from consent_service.domain.disclosure.release import choose_cover

HANDED_OVER = "+"
"""Before a dimension's name: what a machine handed over for a close without a name."""

NOTHING: Counts = [0] * len(MEASURES)

NO_PAGES = Pages({}, added_up=False)


class PublishedRow(NamedTuple):
    """One published row: its counts are shown as its marks say. A hidden count is 0."""

    dimension: str
    value: str
    counts: Counts
    marks: str = ""

    @property
    def is_exact(self) -> bool:
        return not self.marks


class Remains(NamedTuple):
    """What is left of a breakdown at its period's end.

    ``stored`` was written under its name, ``pending`` waits in the closing machine's spool; ``unnamed`` was handed over
    by others, who held back the values ``covered``. ``cover`` is the closing machine's, empty if it has none.
    """

    stored: Breakdown
    pending: Breakdown
    unnamed: Counts
    covered: frozenset[str]
    cover: str

    @property
    def named(self) -> Breakdown:
        """The named cells, each with all that is known of it."""
        return {value: counts for value, counts in together(self.stored, self.pending).items() if value != OTHER}


def close(
    stored: PeriodCounts,
    pending: PeriodCounts,
    covers: Mapping[str, str],
    threshold: int,
    draw_for: Callable[[str], Draw],
    sums: Iterable[PublishedRow] = (),
) -> list[PublishedRow]:
    """The rows to publish of a period, in order.

    ``covers`` are the closing machine's by dimension, ``sums`` the rows of its closed days added up, where the period
    is a month that was counted by day.
    """
    rows, total = list(sums), _sum_of(stored, pending, "site")
    # Entry pages come last: how they are published goes by what is published of the pages.
    for name in sorted(
        {name.removeprefix(HANDED_OVER) for name in (*stored, *pending)}, key=lambda dimension: dimension == "entry"
    ):
        dimension = DIMENSIONS[name]
        if dimension.total:
            rows += _close_total(name, _sum_of(stored, pending, name), threshold)
            continue
        remains = _remains(stored, pending, name, covers.get(name, ""))
        pages = Pages(
            {row.value: Page(row.counts, row.marks) for row in rows if row.dimension == "page"},
            added_up="page" not in {*stored, *pending},
        )
        rows += close_breakdown(dimension, remains, threshold, draw_for(name), total, pages)
    return sorted(rows)


def close_breakdown(
    dimension: Dimension, remains: Remains, threshold: int, draw: Draw, total: Counts, pages: Pages = NO_PAGES
) -> list[PublishedRow]:
    """Publish every cell that has k exactly, but for the cover; of the cover a part, and the rest as ``(other)``.

    Where no cell has k, ``(other)`` is all there is, as if large cells had been folded. ``total`` is the
    period's of the site; entry pages are published by what is published of ``pages``.
    """
    large = {value: counts for value, counts in remains.named.items() if counts[VISITORS] >= threshold}
    everything = reduce(plus, remains.named.values(), plus(remains.unnamed, remains.pending.get(OTHER, NOTHING)))
    small = reduce(minus, large.values(), everything)
    entered = Rest(small, remains.unnamed)
    excluded = without_room(pages, large, entered, threshold, total) if dimension.within else ()
    cover = remains.cover or choose_cover(dimension, remains.pending, remains.stored, threshold, draw, excluded)
    if not cover:
        # All views of a site rest on all of its visitors. Of events nothing says how many saw any.
        has_support = not dimension.many or (dimension.whole and total[VISITORS] >= threshold)
        return list(other(dimension, everything, threshold)) if has_support else []
    stored, held = remains.stored.get(cover), remains.pending.get(cover, NOTHING)
    part = published_part(dimension, held, plus(small, held), threshold, draw)
    rows = [
        PublishedRow(dimension.name, value, counts, _marks_of(dimension, value, remains))
        for value, counts in large.items()
        if value != cover
    ]
    if part or stored:
        counts = plus(part or NOTHING, stored or NOTHING)
        rows.append(PublishedRow(dimension.name, cover, counts, marks.least(*_counted(dimension))))
    if dimension.within and pages.added_up:
        rows = [row for row in map(partial(_no_more_than_seen, pages), rows) if row.counts[VISITORS] >= threshold]
    rest = reduce(minus, (row.counts for row in rows), everything)
    # Where a visit can touch several values, k visitors are those of a cover, ours or another's, that was not stored.
    has_support = not dimension.many or held[VISITORS] >= threshold or bool(remains.covered - remains.stored.keys())
    return [*rows, *(other(dimension, rest, threshold) if has_support else ())]


def _no_more_than_seen(pages: Pages, row: PublishedRow) -> PublishedRow:
    """An entry page of a month by as many visits as its published days have.

    Of more it would be known that they were on the days that hide the page.
    """
    seen = pages.rows[row.value].counts if row.value in pages.rows else NOTHING
    counts = [min(numbers) for numbers in zip(row.counts, seen, strict=True)]
    return row._replace(counts=[counts[VISITS], *counts[1:]], marks=marks.least("visits", "visitors"))


def other(dimension: Dimension, counts: Counts, threshold: int) -> Iterator[PublishedRow]:
    """The row ``(other)``, if it reaches k."""
    if dimension.many:
        # How many visits touched one of several values is not known: k visitors of the cover did.
        if counts[dimension.size] >= threshold:
            told = [counts[0], 0, threshold, *NOTHING[3:]]
            yield PublishedRow(dimension.name, OTHER, told, marks.written({"visits": (HIDDEN,), "visitors": (LEAST,)}))
    elif counts[VISITORS] >= threshold:
        yield PublishedRow(dimension.name, OTHER, counts)


def _marks_of(dimension: Dimension, value: str, remains: Remains) -> str:
    """How a large cell is marked: as "or more" where another machine may have handed over some of it unnamed."""
    if remains.unnamed[dimension.size] and (value in remains.covered or value not in remains.stored):
        return marks.least(*_counted(dimension))
    if dimension.is_changed(value):
        return marks.least("visits", "visitors")
    return ""


def _counted(dimension: Dimension) -> list[str]:
    return [measure for measure in MEASURES if measure in dimension.measures]


def _close_total(name: str, counts: Counts, threshold: int) -> Iterator[PublishedRow]:
    """The one cell of a total, if it reaches k; its engaged visits are hidden where they or the others are few."""
    if counts[VISITORS] < threshold:
        return
    engaged = counts[ENGAGED_VISITS]
    if name != "site" or min(engaged, counts[VISITS] - engaged) >= threshold:
        yield PublishedRow(name, "", counts)
        return
    told = [0 if place == ENGAGED_VISITS else number for place, number in enumerate(counts)]
    yield PublishedRow(name, "", told, marks.written({"engaged_visits": (HIDDEN,)}))


def _sum_of(stored: PeriodCounts, pending: PeriodCounts, name: str) -> Counts:
    parts = (stored.get(name, {}), stored.get(HANDED_OVER + name, {}), pending.get(name, {}))
    return reduce(plus, (counts for part in parts for counts in part.values()), NOTHING)


def _remains(stored: PeriodCounts, pending: PeriodCounts, name: str, cover: str) -> Remains:
    handed = stored.get(HANDED_OVER + name, {})
    return Remains(
        stored=stored.get(name, {}),
        pending=pending.get(name, {}),
        unnamed=handed.get(OTHER, NOTHING),
        covered=frozenset(handed) - {OTHER},
        cover=cover,
    )


def hand_over(stored: PeriodCounts, pending: PeriodCounts, covers: Mapping[str, str]) -> PeriodCounts:
    """What a machine adds to a period that is over but closed by another: nothing that names what is small.

    Remainders go to the cells that are stored already, where nobody can tell them from what was there. The rest, the
    machine's own cover with it, stands apart until the close, unnamed, under `HANDED_OVER` and the dimension; and the
    cover's name without a count, for its value is marked "or more" if it is published. No page shows it.
    """
    handed: PeriodCounts = {}
    for name, breakdown in pending.items():
        for value, counts in breakdown.items():
            if DIMENSIONS[name].total:
                _add(handed, HANDED_OVER + name, value, counts)
            elif value in stored.get(name, {}) and value != covers.get(name):
                _add(handed, name, value, counts)
            else:
                _add(handed, HANDED_OVER + name, OTHER, counts)
        if name in covers:
            _add(handed, HANDED_OVER + name, covers[name], NOTHING)
    return handed


def _add(into: PeriodCounts, name: str, value: str, counts: Counts) -> None:
    breakdown = into.setdefault(name, {})
    breakdown[value] = plus(breakdown[value], counts) if value in breakdown else counts


def without_handed_over(stored: PeriodCounts) -> PeriodCounts:
    """What is stored under its name."""
    return {name: cells for name, cells in stored.items() if not name.startswith(HANDED_OVER)}


def as_lower_bound(row: PublishedRow) -> PublishedRow:
    """The same counts, each as "or more": some of what there was is not in them. What is hidden stays hidden."""
    marked = marks.read(row.marks)
    bounded = {
        measure: some if HIDDEN in (some := marked.get(measure, frozenset())) else some | {LEAST}
        for measure in _counted(DIMENSIONS[row.dimension])
    }
    return row._replace(marks=marks.written(bounded))


def digest_of(rows: Iterable[PublishedRow]) -> str:
    """SHA-256 over the canonical JSON of the rows, in their order."""
    text = json.dumps([list(row) for row in rows], separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
