"""Site keys that do not exist, remembered for a while, so that junk does not reach the database each time."""

from __future__ import annotations

from consent_service.collect.cache import evict_if_full

SECONDS = 10


class NegativeCache:
    """A bounded map of keys to when they were looked for, in seconds since 1970."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}

    def add(self, key: str, now: float) -> None:
        evict_if_full(self._since)
        self._since[key] = now

    def holds(self, key: str, now: float) -> bool:
        return 0 <= now - self._since.get(key, -SECONDS) < SECONDS
