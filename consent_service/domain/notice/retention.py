"""Retention: how long the numbers of single days and weeks are kept. Those of months and years stay.

Whole months of days go at once. If single days went, what is left of their month could be taken off the month's total.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from consent_service.domain.calendar import periods
from consent_service.domain.notice.timeline import Timeline

COARSENED = ("day", "week")
"""The kinds of period that go."""


def kept_from(timeline: Timeline, month: str) -> str:
    """The first month whose days may be there in ``month``; empty if none has to go.

    Its first day is then less than `Terms.retention` months old: a day is never kept for longer than the notice said
    under which it was counted. Where a later notice says less, what is older than its days goes with them.
    """
    present, first = _number(month), 0
    starts = [0, *(_number(edition.current_from) for edition in timeline.editions[1:]), present + 1]
    for edition, (start, end) in zip(timeline.editions, pairwise(starts), strict=True):
        last = min(present - edition.notice.terms.retention, end - 1)
        if last >= start:
            first = max(first, last + 1)
    return f"{first // 12:04}-{first % 12 + 1:02}" if first else ""


def _number(month: str) -> int:
    return 12 * int(month[:4]) + int(month[5:]) - 1


def is_coarsened(period: str, kept: date | None) -> bool:
    """Whether a period is one of the days and weeks that are not kept.

    A week goes with the first of its days: taken off its total, those that are left would tell them.
    """
    return kept is not None and periods.kind_of(period) in COARSENED and periods.first_day(period) < kept


def last_of(kept: date) -> tuple[str, str]:
    """The last day and the last week that are not kept."""
    last = periods.periods_of(date.fromordinal(kept.toordinal() - 1))
    return last.day, last.week
