"""Merging tallies into pending counts, exactly once.

A merge has a number. Its tallies are claimed under that number, and every pending file says the last merge that
it contains; a merge that a crash cut short is repeated, and skips the files that have it already.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import msgspec

from consent_service.domain import counting
from consent_service.domain.counting import TallyCell
from consent_service.domain.days import periods_of
from consent_service.spool import segments
from consent_service.spool.pending import PendingStore, SitePending
from consent_service.spool.place import Spool, write_whole
from consent_service.spool.segments import Segment
from consent_service.spool.tally import MOST_REASONS, Book


class Refusals(msgspec.Struct):
    """How many hits were refused since the spool was made, by reason."""

    merged: int = 0
    totals: list[int] = msgspec.field(default_factory=lambda: [0] * MOST_REASONS)


def read_refusals(spool: Spool) -> Refusals:
    try:
        return msgspec.msgpack.decode(spool.refusals.read_bytes(), type=Refusals)
    except FileNotFoundError:
        return Refusals()


def merge(spool: Spool, store: PendingStore) -> None:
    """Merge every tally that was handed over or orphaned. Raises OSError (ENOSPC)."""
    for number in sorted({int(path.name[:12]) for path in spool.claimed.iterdir()}):
        _finish(spool, store, number)
    number = max(store.last_merge, read_refusals(spool).merged) + 1
    if segments.claim(spool, number):
        _finish(spool, store, number)


def _finish(spool: Spool, store: PendingStore, number: int) -> None:
    claimed = sorted(spool.claimed.glob(f"{number:012}-*"))
    found = [segments.read(path) for path in claimed]
    for site, books in _by_site(found).items():
        present = store.sites.get(site, SitePending())
        if present.merged < number:
            store.save(site, _merged(present, books, number))
    _merge_refusals(spool, found, number)
    _remove(claimed)


def _by_site(found: Iterable[Segment]) -> dict[str, list[tuple[Book, list[TallyCell]]]]:
    by_site: dict[str, list[tuple[Book, list[TallyCell]]]] = {}
    for segment in found:
        for book, cells in segment.books.items():
            by_site.setdefault(book[0], []).append((book, cells))
    return by_site


def _merged(present: SitePending, books: list[tuple[Book, list[TallyCell]]], number: int) -> SitePending:
    following = present.copy()
    following.merged = number
    for (_, detail, day), cells in books:
        periods = periods_of(date.fromisoformat(day))
        for period, dimension, value, counts in counting.spread(cells, "day" if detail == "day" else "month", periods):
            counting.add(following.periods.setdefault(period, {}), dimension, value, counts)
        following.visits += sum(cell.visits for cell in cells if cell.dimension == "site")
    return following


def _merge_refusals(spool: Spool, found: list[Segment], number: int) -> None:
    before = read_refusals(spool)
    added = [sum(column) for column in zip(*(segment.refusals for segment in found), strict=True)]
    if before.merged < number and any(added):
        totals = [a + b for a, b in zip(before.totals, added, strict=True)]
        write_whole(spool.refusals, msgspec.msgpack.encode(Refusals(number, totals)))


def _remove(claimed: list[Path]) -> None:
    for path in claimed:
        path.unlink()
