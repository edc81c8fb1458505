"""A site: what it is called and asks, and which of its periods are counted and kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from consent_service.domain.calendar.periods import Kind, Period
from consent_service.domain.notice import retention
from consent_service.domain.notice.timeline import Timeline
from consent_service.domain.snippet.options import Options


@dataclass(frozen=True)
class Site:
    key: str
    name: str
    hosts: tuple[str, ...]
    created_on: date
    timeline: Timeline
    options: Options
    days_from: date | None = None
    """Days and weeks that begin before it are not kept; None as long as all are."""
    has_hits: bool = False
    """Whether a hit ever came, as far as a keeper has noted it here: an archive does not tell it."""

    def today(self, now: float) -> date:
        """The site's day, and not before its first."""
        return max(self.timeline.day_at(now), self.created_on)

    def zone(self, now: float) -> str:
        """The time zone that is in force."""
        return self.timeline.on(self.today(now)).notice.terms.timezone

    def first_period(self, kind: Kind) -> Period:
        """The first period of a kind that is counted and kept."""
        made = Period.of(self.created_on, kind)
        if self.days_from is None or kind not in retention.COARSENED:
            return made
        kept = Period.of(self.days_from, kind)
        return max(made, kept.following if self.is_coarsened(kept) else kept)

    def is_coarsened(self, period: Period) -> bool:
        """Whether a period is one of the days and weeks that are not kept."""
        return retention.is_coarsened(period, self.days_from)
