"""Sites whose counts wait in the spool as a day's visits leave them, and a keeper on a clock of its own."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection, Engine, event

from bench.installation import Installation
from consent_service.domain.calendar.periods import periods_of
from consent_service.domain.counting.counts import Breakdown, PeriodCounts
from consent_service.keeper.keeper import Keeper, create_keeper
from consent_service.spool.directory import Spool
from consent_service.spool.pending import PendingStore, SitePending

LAST_DAY = date(2026, 11, 30)
"""A Monday: at its end a day and a month are over, but no week."""

BREAKDOWNS = {"referrer": 20, "country": 10, "language": 5, "platform": 8, "browser": 4, "hour": 24}


@dataclass
class Clock:
    now: float

    def __call__(self) -> float:
        return self.now


class Waiting:
    """Counts that wait for a keeper."""

    def __init__(self, place: Installation) -> None:
        self.clock = Clock(datetime(2026, 11, 30, 12, 0, tzinfo=UTC).timestamp())
        self._config = place.config
        self._engine = place.engine
        self._spool = Spool(place.config.spool_dir)

    def fill(self, sites: list[str], pages: int) -> int:
        """Put down so many pages of each site, all above k; gives the number of cells."""
        store, periods = PendingStore(self._spool), _periods(pages)
        for site in sites:
            before = store.sites.get(site, SitePending())
            store.save(site, SitePending(before.merged, before.batch, pages, periods=periods))
        return len(sites) * sum(len(found) for period in periods.values() for found in period.values())

    def keeper(self) -> Keeper:
        """One that reads the spool anew."""
        return create_keeper(self._config, self.clock, self._engine)


class Holds:
    """How long each writing transaction held the database, from its start until the connection was given back."""

    def __init__(self, engine: Engine) -> None:
        self.seconds: list[float] = []
        self._since: float | None = None
        event.listen(engine, "begin", self._begin)  # after the engine's own, which sends BEGIN IMMEDIATE
        event.listen(engine, "checkin", self._end)

    def _begin(self, connection: Connection) -> None:
        if connection.get_execution_options().get("writes"):
            self._since = time.perf_counter()

    def _end(self, *_: object) -> None:
        if self._since is not None:
            self.seconds.append(time.perf_counter() - self._since)
            self._since = None


def _periods(pages: int) -> dict[str, PeriodCounts]:
    day, week, month, year = (period.name for period in periods_of(LAST_DAY))
    total = {"site": {"": [40, 30, 30, 12, 900]}}
    breakdowns: PeriodCounts = {name: _breakdown(name, number) for name, number in BREAKDOWNS.items()}
    return {day: total, week: total, year: total, month: {**total, **breakdowns, "page": _breakdown("/page", pages)}}


def _breakdown(name: str, number: int) -> Breakdown:
    return {f"{name}-{value}": [30, 20, 20, 0, 0] for value in range(number)}
