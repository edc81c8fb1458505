"""One machine whose processes can die anywhere: its state is nothing but files.

A step that may die is a process of its own.
"""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import make_url, text

from consent_service.domain.calendar.periods import Period, periods_of
from consent_service.domain.counting import counts as counting
from consent_service.domain.counting.dimensions import DIMENSIONS, MEASURES, is_sum_of_days
from consent_service.domain.disclosure import release
from consent_service.keeper.keeper import Keeper
from consent_service.keeper.releasing import Pauses
from consent_service.security.tokens import KeyRing
from consent_service.spool import sealed_tallies, tally
from consent_service.spool.directory import Spool
from consent_service.spool.pending import PendingStore
from consent_service.spool.writer import TallyWriter
from consent_service.storage.counts.cells import MarkedCounts
from consent_service.storage.database.engine import connect
from tests.integration.exactly_once import crash
from tests.integration.exactly_once.hits import Cells, Hit
from tests.postgresql import onlooker
from tests.processes import forked

PASSPHRASE = "correct horse battery"
FEW_CELLS, MOST_CELLS = 8, tally.MOST_CELLS

Death = str | int | None
"""Where a process is to die: at a point of the table, after so many lines, or nowhere."""


class Machine:
    """A spool and a database in a folder, a worker that lives on, and a keeper that is started for each step."""

    def __init__(self, folder: Path, database: str) -> None:
        self.database = database
        self.spool_dir = folder / "spool"
        self.saved = folder / "saved"
        # Looking on must leave nothing open that a keeper's process could find locked.
        self._onlooker = onlooker(database)
        self._worker: Worker | None = None
        Spool(self.spool_dir)

    def worker(self, now: float) -> Worker:
        if self._worker is None:
            self._worker = Worker(self.spool_dir, now)
        return self._worker

    def kill_worker(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker = None

    def bury_worker(self) -> None:
        """It has died: the next hit finds another."""
        self._worker = None

    def keep(self, step: str, now: float, death: Death = None) -> bool:
        """Let a keeper do one step; False if it died there."""
        arguments = (self.database, self.spool_dir, self.saved, step, now, death)
        if death is None:
            keep(*arguments)
            return True
        process = forked.Process(target=keep, args=arguments)
        process.start()
        process.join()
        assert process.exitcode in (0, -signal.SIGKILL), f"{step} ended with {process.exitcode}"
        return process.exitcode == 0

    @property
    def is_settled(self) -> bool:
        spool = Spool(self.spool_dir)
        under_way = (spool.batch, spool.loading, spool.saving)
        return not any(file.exists() for file in under_way) and not any(spool.claimed.iterdir())

    def open_cells(self) -> Cells:
        """What database, pending files and tallies hold of periods that are not final, together."""
        assert self.is_settled
        cells, closed = self._stored(), self.closed()
        spool = Spool(self.spool_dir)
        for site, pending in PendingStore(spool).sites.items():
            _add_all(cells, site, pending.periods)
        for file in spool.tallies.iterdir():
            _add_tally(cells, file)
        return +Counter({cell: number for cell, number in cells.items() if cell[:2] not in closed})

    def closed(self) -> set[tuple[str, str]]:
        return {(row.site, row.period) for row in self._rows("SELECT site, period FROM closed_periods")}

    def published(self) -> dict[tuple[str, str], dict[tuple[str, str], MarkedCounts]]:
        """By site and period, without the sums of days: a month that was counted by day has them once more."""
        closed = self._rows("SELECT site, period, detail FROM closed_periods ORDER BY site, period")
        details = {(row.site, row.period): row.detail for row in closed}
        told: dict[tuple[str, str], dict[tuple[str, str], MarkedCounts]] = {place: {} for place in details}
        for row in self._rows("SELECT * FROM cells"):
            place = (row.site, row.period)
            if place not in told:
                continue
            if not (DIMENSIONS[row.dimension].detailed and is_sum_of_days(details[place], Period.parse(row.period))):
                counts = MarkedCounts([getattr(row, name) for name in MEASURES], row.marks)
                told[place][row.dimension, row.value] = counts
        return told

    def covers(self) -> dict[tuple[str, str, str], str]:
        """The covers that the spool knows, by site, period and dimension."""
        return {
            (site, period, dimension): value
            for site, pending in PendingStore(Spool(self.spool_dir)).sites.items()
            for period, drawn in pending.covers.items()
            for dimension, value in drawn.items()
        }

    def stored_values(self) -> set[tuple[str, str, str, str]]:
        """Of open periods: what is stored, by site, period, dimension and value."""
        rows, closed = self._rows("SELECT site, period, dimension, value FROM cells"), self.closed()
        return {tuple(row) for row in rows if (row.site, row.period) not in closed}

    def has_loaded(self) -> bool:
        return bool(self._rows("SELECT id FROM loads"))

    def tell_of_another(self, now: float) -> None:
        """Another machine is alive, and hands nothing over."""
        statement = "INSERT INTO spools (id, last_batch, last_seen, handed_over) VALUES ('another', 0, :now, 0)"
        with self._onlooker.begin() as connection:
            connection.execute(text(statement), {"now": now})

    def _stored(self) -> Cells:
        cells: Cells = Counter()
        columns = ", ".join(("site", "period", "dimension", "value", *MEASURES))
        for site, period, dimension, value, *counts in self._rows(f"SELECT {columns} FROM cells"):
            _add(cells, site, period, dimension, value, counts)
        return cells

    def _rows(self, statement: str, **values: str) -> Sequence[Any]:
        with self._onlooker.connect() as connection:
            return connection.execute(text(statement), values).all()


class Worker:
    """A process that counts hits into its tally until it is killed."""

    def __init__(self, spool_dir: Path, now: float) -> None:
        self._pipe, other = forked.Pipe()
        self._process = forked.Process(target=work, args=(spool_dir, now, other), daemon=True)
        self._process.start()
        other.close()

    def hit(self, hits: Sequence[Hit], now: float, death: Death = None) -> int:
        """Send hits; gives how many were answered. Fewer means that it died."""
        self._ask(("hit", hits, now, death))
        answered = 0
        with suppress(EOFError, ConnectionResetError):
            while self._pipe.recv():
                answered += 1
        return answered

    def seal(self, now: float, death: Death = None) -> bool:
        """Hand the tally over; False if the worker died there."""
        self._ask(("seal", (), now, death))
        try:
            return self._pipe.recv() is False
        except (EOFError, ConnectionResetError):
            return False

    def kill(self) -> None:
        self._process.kill()
        self._process.join()

    def _ask(self, question: Any) -> None:
        with suppress(BrokenPipeError):
            self._pipe.send(question)


def work(spool_dir: Path, now: float, pipe: Connection) -> None:
    """The worker's process. Answers True to each hit, and False when it has done what was asked."""
    clock = [now]
    writer = TallyWriter(Spool(spool_dir), lambda: clock[0])
    with suppress(EOFError):
        while True:
            what, hits, clock[0], death = pipe.recv()
            tally.MOST_CELLS = FEW_CELLS if death in crash.IN_SMALL_TALLIES else MOST_CELLS
            _arm(death)
            if what == "hit":
                count_hits(writer, hits, pipe.send)
            else:
                writer.seal()
            crash.live_on()
            pipe.send(False)


def count_hits(writer: TallyWriter, hits: Sequence[Hit], answered: Callable[[bool], None]) -> None:
    writer.refuse(0)
    for one in hits:
        writer.count(one.book, one.increments)
        answered(True)


def keep(database: str, spool_dir: Path, saved: Path, step: str, now: float, death: Death) -> None:
    """One step of the keeper's process."""
    engine = connect(make_url(database))
    keeper = Keeper(Spool(spool_dir), engine, KeyRing(["k" * 32]), lambda: now, Pauses(0, 0), hits_per_minute=120)
    _arm(death)
    try:
        with patch.object(release, "LEAST_TOTAL", 1):  # so that breakdowns are released in a short life too
            if step in ("save", "load"):
                getattr(keeper, step)(saved, PASSPHRASE)
            else:
                getattr(keeper, step)()
    finally:
        if death is not None:
            crash.live_on()
        engine.dispose()


def _arm(death: Death) -> None:
    if isinstance(death, str):
        crash.die_at(crash.POINTS[death])
    elif death:
        crash.die_after(death)


def _add_all(cells: Cells, site: str, periods: dict[str, counting.PeriodCounts]) -> None:
    for period, breakdowns in periods.items():
        for dimension, breakdown in breakdowns.items():
            for value, counts in breakdown.items():
                _add(cells, site, period, dimension, value, counts)


def _add_tally(cells: Cells, file: Path) -> None:
    for (site, detail, day), found in sealed_tallies.read(file).books.items():
        periods = periods_of(Period.parse(day).first)
        for period, dimension, value, counts in counting.spread(found, detail, periods):
            _add(cells, site, period.name, dimension, value, counts)


def _add(cells: Cells, site: str, period: str, dimension: str, value: str, counts: Sequence[int]) -> None:
    for measure, number in zip(MEASURES, counts, strict=True):
        # Only totals and pages have repeated views: elsewhere the column repeats the visits.
        cells[site, period, dimension, value, measure] += number
