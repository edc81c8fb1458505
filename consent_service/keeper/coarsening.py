"""Coarsening: days and weeks go when the notices say so, months and years stay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Engine

from consent_service.domain.calendar.periods import Period
from consent_service.domain.notice import retention
from consent_service.domain.site import Site
from consent_service.keeper.batches import portions
from consent_service.keeper.catalogue import Catalogue
from consent_service.storage import sites
from consent_service.storage.counts import cells, expired_periods
from consent_service.storage.counts.expired_periods import Chunk
from consent_service.storage.database.engine import reading, writing

MOST_STEPS = 20
"""Transactions of one run: merging waits meanwhile."""

MOST_CELLS = 1_500
"""Cells that one deletes, about, and never more than those and a breakdown: some 30 ms of SQLite's write lock."""


class Coarsening:
    """Remembers which sites have nothing more to go."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._done: dict[str, date] = {}

    def go_on(self, catalogue: Catalogue, now: float) -> bool:
        """Delete what is due, as far as one run may; gives whether there is more. It may be cut short anywhere.

        Raises what AWAY names; then the next call tries again.
        """
        steps = 0
        for site in list(catalogue.sites.values()):
            kept = _kept(catalogue, site, now)
            if kept is None or (self._done.get(site.key) == kept == site.days_from):
                continue
            for _ in self._steps(catalogue, site, kept):
                steps += 1
                if steps >= MOST_STEPS:
                    return True
            self._done[site.key] = kept
        return False

    def _steps(self, catalogue: Catalogue, site: Site, kept: date) -> Iterator[None]:
        """Each is a transaction of its own: first nobody is shown the days any more, then they are deleted."""
        if site.days_from != kept:
            with writing(self._engine) as connection:
                sites.keep_days_from(connection, site.key, kept)
            catalogue.forget()
            yield
        while periods := self._remaining(site.key, kept):
            with reading(self._engine) as connection:
                chunks = expired_periods.chunks(connection, site.key, periods)
            for portion in portions(chunks, lambda chunk: chunk.size, MOST_CELLS):
                self._remove(site.key, portion)
                yield

    def _remaining(self, key: str, kept: date) -> list[str]:
        with reading(self._engine) as connection:
            return expired_periods.remaining(connection, key, kept)[: expired_periods.SOME]

    def _remove(self, key: str, portion: list[Chunk]) -> None:
        with writing(self._engine) as connection:
            cells.hold_sites(connection, {key}, is_alone=True)
            expired_periods.remove(connection, key, portion)


def _kept(catalogue: Catalogue, site: Site, now: float) -> date | None:
    """The first day that is kept; None as long as all are.

    A month's days wait until they, their weeks and the month are final. A clock that was set back brings none again.
    """
    month = retention.kept_from(site.timeline, Period.of(site.timeline.day_at(now), "month"))
    first = month.first if month else date.min
    if first <= site.created_on or not _are_final(catalogue, site.key, first):
        return site.days_from
    return max(first, site.days_from or first)


def _are_final(catalogue: Catalogue, key: str, first: date) -> bool:
    day, week = retention.last_of(first)
    closed = {last: catalogue.last_closed(key, last.kind) for last in (day, week, day.month)}
    return all(reached is not None and reached >= last for last, reached in closed.items())
