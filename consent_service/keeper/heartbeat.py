"""That this machine is alive, and which others are: what decides whether a close waits."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine

from consent_service.keeper import closing
from consent_service.keeper.closing import Absence
from consent_service.storage.counts import spools
from consent_service.storage.database.engine import is_shared, reading, writing


class Heartbeat:
    """Notes that this machine is alive, and how long it was without the database.

    The clock gives seconds since 1970.
    """

    def __init__(self, spool: str, engine: Engine, clock: Callable[[], float]) -> None:
        self._spool = spool
        self._engine = engine
        self._clock = clock
        self._absence = Absence()

    def note(self) -> None:
        """Note in the database that this spool is alive."""
        with writing(self._engine) as connection:
            self._note_absence(spools.of(connection, self._spool).last_seen)
            spools.seen(connection, self._spool, self._clock())

    def waits(self) -> Callable[[float], bool]:
        """Gives of the instant at which a period had passed whether it waits for another machine."""
        if not is_shared(self._engine):
            return lambda _: False
        with reading(self._engine) as connection:
            self._note_absence(spools.of(connection, self._spool).last_seen)
            others, now = spools.others(connection, self._spool), self._clock()
        return lambda passed: closing.awaits_hand_over(passed, now, others, self._absence)

    def _note_absence(self, last_seen: float) -> None:
        if last_seen and self._clock() - last_seen > closing.ALIVE_SECONDS:
            self._absence = Absence(last_seen, self._clock())
