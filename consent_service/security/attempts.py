"""How often in a while somebody may try a password or a code of one account: bounded, wherever they come from.

The limit per sender stops one who guesses; this one stops many who guess together. It asks nothing of the database
and is the same for addresses without an account, so that it does not tell which there are. Anyone can use up the
attempts of an account, and so keep its owner from signing in with a new browser. Whoever is signed in stays so, and a
browser in which the account has signed in before has attempts of its own.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from hashlib import blake2b
from typing import Literal, TypeAlias

Step: TypeAlias = Literal["password", "code"]

MOST = 10
"""More than a person who mistypes needs, and 960 a day and worker for who guesses: of passwords a short list of the
commonest; of codes, where three in a million are good at a time, one within a year, of an account whose password is
known already."""

SECONDS = 15 * 60
"""Short enough to wait for."""

SLOTS = 65_536
"""So many entries at most, some ten megabytes. Two addresses share a slot once in so many: a bound, not an account."""

SWEPT_AT = 1_024
"""Entries that are over stay until there are so many, or twice as many as the last time stayed."""


class PerMinute:
    """Counts by key within each minute of the clock. Each worker has its own."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._minute = 0
        self._counts: dict[str, int] = {}

    def admits(self, key: str, most: int) -> bool:
        """Count a request; False if there were so many in this minute, or if the key is one more than `SLOTS`."""
        minute = int(self._clock() // 60)
        if minute != self._minute:
            self._minute, self._counts = minute, {}
        number = self._counts.get(key, 0) + 1
        if number > most or (number == 1 and len(self._counts) >= SLOTS):
            return False
        self._counts[key] = number
        return True


class Attempts:
    """Counts per slot. Each worker has its own, so the bound is per worker. The key lives in this process alone."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._counts: dict[bytes, tuple[int, float]] = {}
        self._swept_at = SWEPT_AT

    def admits(self, step: Step, email: str, browser: str = "") -> bool:
        """Count an attempt, before it is looked at; False if they are used up. ``browser`` names one that is known."""
        slot, now = self._slot(step, email, browser), self._clock()
        number, ends = self._counts.get(slot, (0, now))
        if not now < ends <= now + SECONDS:  # over, or the clock went back
            number, ends = 0, now + SECONDS
        if number >= MOST:
            return False
        if len(self._counts) >= self._swept_at:
            self._counts = {counted_slot: kept for counted_slot, kept in self._counts.items() if now < kept[1]}
            self._swept_at = max(SWEPT_AT, 2 * len(self._counts))
        self._counts[slot] = number + 1, ends
        return True

    def forget(self, step: Step, email: str, browser: str = "") -> None:
        """Begin anew: the attempt was right."""
        self._counts.pop(self._slot(step, email, browser), None)

    def _slot(self, step: Step, email: str, browser: str) -> bytes:
        return blake2b(f"{step}\0{email}\0{browser}".encode(), digest_size=2, key=self._key).digest()
