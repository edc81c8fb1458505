"""Which notice, threshold and time zone hold when: the editions of a site's notice in order.

Terms change with a month only, so an edition is current from the first day of a month. That month begins where
the month before ends in the zone of the edition before: a new time zone starts where the old month ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from consent_service.domain.calendar.periods import Period, local_day, starts_at
from consent_service.domain.notice.notice import Notice, Terms
from consent_service.domain.notice.texts import Texts


@dataclass(frozen=True)
class Edition:
    """A notice and the month from which it is current."""

    notice: Notice
    current_from: Period
    published_on: date | None = field(default=None, compare=False)
    """The site's day; None where it was not noted."""


class Timeline:
    """The editions of one site, oldest first. There is at least one."""

    def __init__(self, editions: Sequence[Edition]) -> None:
        # Sorting is stable: of those that start in one month, the one published last comes last, and counts.
        self._editions = sorted(editions, key=lambda edition: edition.current_from)

    @property
    def editions(self) -> tuple[Edition, ...]:
        """All of them, oldest first."""
        return tuple(self._editions)

    @property
    def latest(self) -> Edition:
        """The last edition, which may be waiting for its month."""
        return self._editions[-1]

    @property
    def highest_threshold(self) -> int:
        """The largest k of all editions, current or not."""
        return max(edition.notice.terms.threshold for edition in self._editions)

    def on(self, day: date) -> Edition:
        """The edition that is current on a day; before all of them, the first."""
        started = [edition for edition in self._editions if edition.current_from.first <= day]
        return started[-1] if started else self._editions[0]

    def in_month(self, month: Period) -> Edition:
        return self.on(month.first)

    def edition(self, digest: str) -> Edition | None:
        """The first edition of the notice with this digest, whether it is current, was, or will be."""
        return next((candidate for candidate in self._editions if candidate.notice.digest == digest), None)

    def waiting(self, day: date) -> list[Edition]:
        """The editions that are to come: until their month others may take their place."""
        current = self.on(day)
        return [edition for edition in self._editions if edition.current_from.first > day and edition is not current]

    def ends_at(self, period: Period) -> float:
        """The instant (seconds since 1970) at which a period has passed in the site's zone."""
        return starts_at(period.last + timedelta(days=1), self._zone(period.last))

    def day_at(self, instant: float) -> date:
        """The site's day at an instant."""
        for edition in reversed(self._editions[1:]):
            if instant >= self.ends_at(edition.current_from.preceding):
                # West of the old zone it may still be yesterday there, but the old month is over.
                return max(edition.current_from.first, local_day(instant, ZoneInfo(edition.notice.terms.timezone)))
        return local_day(instant, ZoneInfo(self._editions[0].notice.terms.timezone))

    def threshold(self, period: Period) -> int:
        """The k of a period: the largest that held in it."""
        return max(self.in_month(month).notice.terms.threshold for month in period.months)

    def _zone(self, day: date) -> ZoneInfo:
        return ZoneInfo(self.on(day).notice.terms.timezone)


def published(
    timeline: Timeline, month: Period, counted: bool, terms: Terms | None, texts: Texts | None
) -> list[Edition]:
    """The editions that take the place of everything not yet current when new terms or texts are published.

    ``month`` is the present one. Texts are current at once; terms from the next month on, or at once while
    nothing has been ``counted``.
    """
    current = timeline.in_month(month).notice
    latest = timeline.latest.notice
    terms = latest.terms if terms is None else terms
    texts = latest.texts if texts is None else texts
    if not counted or terms == current.terms:
        return _if_new(Notice(terms, texts), current, month)
    scheduled = Edition(Notice(terms, texts), month.following)
    return [*_if_new(Notice(current.terms, texts), current, month), scheduled]


def withdraws(timeline: Timeline, month: Period, made: Sequence[Edition]) -> bool:
    """Whether what waited for its month is taken back by the editions that a publication made."""
    return timeline.latest.current_from > month and not any(edition.current_from > month for edition in made)


def _if_new(notice: Notice, current: Notice, month: Period) -> list[Edition]:
    return [] if notice.digest == current.digest else [Edition(notice, month)]
