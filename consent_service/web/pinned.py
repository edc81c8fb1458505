"""Pinned scripts, as a worker remembers them: pages that embed one must get it without the database too."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from consent_service.collect.cache import evict_if_full


class Pinned:
    """Scripts by site and digest, forgotten when the generation moves, as any site may have pinned another by then."""

    def __init__(self) -> None:
        self._scripts: dict[str, Mapping[str, str]] = {}
        self._generation = -1
        self._lock = threading.Lock()

    def of(self, site: str, generation: int, read: Callable[[], Mapping[str, str]]) -> Mapping[str, str]:
        """All of a site's, by digest. ``read`` is called if they are not known; what it raises passes through."""
        with self._lock:  # one that was read before the generation moved must not be put in after it
            if generation != self._generation:
                self._scripts.clear()
                self._generation = generation
            if site not in self._scripts:
                evict_if_full(self._scripts)
                self._scripts[site] = read()
            return self._scripts[site]
