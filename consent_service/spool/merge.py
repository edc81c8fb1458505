"""Merging tallies into pending counts, exactly once.

A merge has a number. Its tallies are claimed under that number, and every pending file says the last merge that
it contains; a merge that a crash cut short is repeated, and skips the files that have it already.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from consent_service.domain.calendar.periods import periods_of
from consent_service.domain.counting import counts as counting
from consent_service.domain.counting import hourly_cap
from consent_service.domain.counting.counts import TallyCell
from consent_service.domain.counting.seats import Reserved, Seating
from consent_service.spool import reserved, sealed_tallies
from consent_service.spool.directory import Spool, write_whole
from consent_service.spool.pending import PendingStore, SitePending
from consent_service.spool.sealed_tallies import SealedTally
from consent_service.spool.tally import MOST_REASONS, Book


class Refusals(msgspec.Struct):
    """How many hits were refused since the spool was made, by reason; and how many were counted."""

    merged: int = 0
    totals: list[int] = msgspec.field(default_factory=lambda: [0] * MOST_REASONS)
    hits: int = 0

    def __post_init__(self) -> None:
        self.totals += [0] * (MOST_REASONS - len(self.totals))  # an older version knew fewer reasons


def read_refusals(spool: Spool) -> Refusals:
    try:
        return msgspec.msgpack.decode(spool.refusals.read_bytes(), type=Refusals)
    except FileNotFoundError:
        return Refusals()


class BookCells(NamedTuple):
    """What one tally holds of one book, and the hour in which the tally was opened."""

    book: Book
    cells: list[TallyCell]
    hour: int


def merge(spool: Spool, store: PendingStore, now: float) -> None:
    """Merge every tally that was handed over or orphaned. Raises OSError (ENOSPC)."""
    hour = hourly_cap.hour_of(now)
    for number in sorted({int(path.name[:12]) for path in spool.claimed.iterdir()}):
        _finish(spool, store, number, hour)
    number = max(store.last_merge, read_refusals(spool).merged) + 1
    if sealed_tallies.claim(spool, number):
        _finish(spool, store, number, hour)


def note_hour(store: PendingStore, now: float) -> None:
    """Note with each site that the present hour is one in which hits would have been counted. Raises OSError."""
    hour = hourly_cap.hour_of(now)
    for site, present in list(store.sites.items()):
        if hour not in present.hours:
            store.save(site, replace(present, hours=hourly_cap.kept({**present.hours, hour: 0}, hour)))


def _finish(spool: Spool, store: PendingStore, number: int, hour: int) -> None:
    claimed = sorted(spool.claimed.glob(f"{number:012}-*"))
    tallies = [sealed_tallies.read(path) for path in claimed]
    for site, parts in _by_site(tallies).items():
        present = store.sites.get(site, SitePending())
        if present.merged < number:
            store.save(site, _merged(present, parts, number, hour, reserved.read(spool, site)))
    _merge_refusals(spool, tallies, number)
    _remove(claimed)


def _by_site(tallies: Iterable[SealedTally]) -> dict[str, list[BookCells]]:
    by_site: dict[str, list[BookCells]] = {}
    for tally in tallies:
        for book, cells in tally.books.items():
            by_site.setdefault(book[0], []).append(BookCells(book, cells, hourly_cap.hour_of(tally.opened)))
    return by_site


def _merged(present: SitePending, parts: list[BookCells], number: int, hour: int, keeping: Reserved) -> SitePending:
    following = present.copy()
    following.merged = number
    seating = Seating(following.periods, keeping)
    for (_, detail, day), cells, opened in parts:
        periods = periods_of(date.fromisoformat(day))
        for period, dimension, value, counts in counting.spread(cells, "day" if detail == "day" else "month", periods):
            seating.add(period, dimension, value, counts)
        totals = _totals(cells)
        following.visits += sum(cell.visits for cell in totals)
        following.hours = hourly_cap.together(following.hours, {opened: sum(cell.hits for cell in totals)})
    following.hours = hourly_cap.kept(following.hours, hour)
    return following


def _merge_refusals(spool: Spool, tallies: list[SealedTally], number: int) -> None:
    before = read_refusals(spool)
    added = [sum(column) for column in zip(*(tally.refusals for tally in tallies), strict=True)]
    hits = sum(cell.hits for tally in tallies for cells in tally.books.values() for cell in _totals(cells))
    if before.merged < number and (any(added) or hits):
        totals = [a + b for a, b in zip(before.totals, added, strict=True)]
        write_whole(spool.refusals, msgspec.msgpack.encode(Refusals(number, totals, before.hits + hits)))


def _totals(cells: list[TallyCell]) -> list[TallyCell]:
    return [cell for cell in cells if cell.dimension == "site"]


def _remove(claimed: list[Path]) -> None:
    for path in claimed:
        path.unlink()
