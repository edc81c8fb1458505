"""When each edition of a site's notice was, is and will be in use, by the day as far as it is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from consent_service.domain.notice.timeline import Edition, Timeline


@dataclass(frozen=True)
class Use:
    """An edition and the days on which it was shown; ``last`` is None while nothing is to take its place."""

    number: int
    """1, 2, 3 … in the order of use"""
    edition: Edition
    first: date
    last: date | None
    state: Literal["past", "current", "waiting"]

    @property
    def replaced_at_once(self) -> bool:
        """Whether another took its place on its first day, so that it was in use for a part of a day at most."""
        return self.last is not None and self.last < self.first


def uses(timeline: Timeline, created_on: date, today: date) -> Iterator[Use]:
    """Of all editions, oldest first. Of one that a correction withdrew within its first day ``last`` is before it."""
    current, editions = timeline.on(today), timeline.editions
    firsts = [_first(edition) for edition in editions]
    firsts[0] = max(firsts[0], created_on) if editions[0].published_on is None else firsts[0]
    for place, edition in enumerate(editions):
        follower = firsts[place + 1] if place + 1 < len(editions) else None
        last = follower - timedelta(days=1) if follower else None
        is_to_come = edition.current_from.first > today and edition is not current
        state: Literal["past", "current", "waiting"] = (
            "current" if edition is current else "waiting" if is_to_come else "past"
        )
        yield Use(place + 1, edition, firsts[place], last, state)


def _first(edition: Edition) -> date:
    """A text that is published is current at once; terms wait for their month."""
    start = edition.current_from.first
    return max(start, edition.published_on) if edition.published_on else start
