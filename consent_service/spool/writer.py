"""A worker's side of the spool: count into the open tally, hand it over about once a second."""

from __future__ import annotations

import itertools
import logging
import secrets
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from consent_service.spool.directory import Spool
from consent_service.spool.tally import Amounts, Book, CellIncrement, Tally, TallyFull

log = logging.getLogger(__name__)

SEAL_SECONDS = 1.0

MOST_WAITING = 8
"""Sealed tallies of one worker that may wait for the keeper; beyond that hits are refused, not lost."""

REFUSED_AT_ONCE = 64
"""So many hits one look at what the keeper has taken refuses, or a second's: to look costs more than to refuse."""


class SpoolFull(Exception):
    """There is no room to keep a hit: it must be answered 503, never 204."""


class TallyWriter:
    """Counts hits into this worker's tally. Safe to use from several threads."""

    def __init__(self, spool: Spool, clock: Callable[[], float]) -> None:
        self._spool = spool
        self._clock = clock
        self._name = secrets.token_hex(6)
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._tally: Tally | None = None
        self._refused = 0
        self.is_full = False
        """Whether a hit could not be kept, or the spool was removed, and no tally could be made since."""

    def count(self, book: Book, increments: Sequence[CellIncrement]) -> None:
        """Apply a hit, whole or not at all. Raises SpoolFull."""
        with self._lock:
            try:
                (self._tally or self._open()).apply(book, increments)
            except TallyFull:
                self._roll().apply(book, increments)

    def add(self, book: Book, amounts: Amounts) -> None:
        """Add amounts to counters, whole or not at all. Raises SpoolFull."""
        with self._lock:
            try:
                (self._tally or self._open()).add(book, amounts)
            except TallyFull:
                self._roll().add(book, amounts)

    def refuse(self, reason: int) -> None:
        """Count a refusal. Fails open: without room a refusal is only not counted."""
        with self._lock, suppress(SpoolFull):
            (self._tally or self._open()).refuse(reason)

    def seal(self) -> None:
        """Hand the tally over if it holds anything and the keeper has taken the last one.

        On a full spool counting goes on in place.
        """
        self._drop_what_is_gone()
        self._refused = 0
        tally = self._tally
        if tally is None or self._is_idle(tally) or self._waiting():
            return
        try:
            following = self._create()
        except OSError:
            return
        with self._lock:
            tally, self._tally = self._tally, following
        if tally is not None:
            tally.seal()

    def _is_idle(self, tally: Tally) -> bool:
        """Whether a tally holds nothing. It then counts as opened now: hits are of the hour in which they come."""
        with self._lock:
            if tally is self._tally and tally.is_empty:
                tally.mark_opened(int(self._clock()))
                return True
        return False

    def _drop_what_is_gone(self) -> None:
        """Who removes the spool of a running service removes what was counted; what comes then must not be lost too."""
        with self._lock:
            if self._tally is not None and not self._tally.path.exists():
                self._tally.close()
                self._tally, self.is_full = None, True

    def _roll(self) -> Tally:
        """Seal the full tally at once and open the next."""
        self._refused = (self._refused + 1) % REFUSED_AT_ONCE
        if self._refused != 1 or self._waiting() >= MOST_WAITING:
            self.is_full = self._tally is None or not self._tally.has_room
            raise SpoolFull
        self._refused = 0
        full, following = self._tally, self._open()
        if full is not None:
            full.seal()
        return following

    def _open(self) -> Tally:
        try:
            self._tally = self._create()
        except OSError:
            self.is_full = True
            raise SpoolFull from None
        return self._tally

    def _create(self) -> Tally:
        number = next(self._numbers)  # in one step: the sealing thread and a full tally can both be here
        made = Tally(self._spool.tallies / f"{self._name}-{number:08}", self._clock)
        self.is_full = False
        return made

    def _waiting(self) -> int:
        return sum(1 for _ in self._spool.tallies.glob(f"{self._name}-*.sealed"))


def start_sealing(writer: TallyWriter, forget: Callable[[], None], *, seconds: float = SEAL_SECONDS) -> None:
    """Start the thread that hands the tally over at an interval, for as long as the process lives.

    ``forget`` is called each time too: what is to be forgotten after a while is so though no request comes.
    """

    def run() -> None:
        pause, said = threading.Event(), ""
        while not pause.wait(seconds):
            try:
                writer.seal()
                forget()
            except Exception as error:  # noqa: BLE001 - without this thread nothing would be handed over any more
                if repr(error) != said:
                    log.warning("a tally was not handed over: %s", type(error).__name__)
                said = repr(error)

    threading.Thread(target=run, name="sealing", daemon=True).start()
