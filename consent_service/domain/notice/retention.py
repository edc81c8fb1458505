"""Retention: how long the numbers of single days and weeks are kept. Those of months and years stay.

Whole months of days go at once. If single days went, what is left of their month could be taken off the month's total.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from consent_service.domain.calendar.periods import Period
from consent_service.domain.notice.timeline import Timeline

COARSENED = ("day", "week")
"""The kinds of period that go."""


def kept_from(timeline: Timeline, month: Period) -> Period | None:
    """The first month whose days may be there in ``month``; None if none has to go.

    Its first day is then less than `Terms.retention` months old: a day is never kept for longer than the notice said
    under which it was counted. Where a later notice says less, what is older than its days goes with them.
    """
    present, first = _number(month), 0
    starts = [0, *(_number(edition.current_from) for edition in timeline.editions[1:]), present + 1]
    for edition, (start, end) in zip(timeline.editions, pairwise(starts), strict=True):
        last = min(present - edition.notice.terms.retention, end - 1)
        if last >= start:
            first = max(first, last + 1)
    return Period.of(date(first // 12, first % 12 + 1, 1), "month") if first else None


def _number(month: Period) -> int:
    return 12 * month.first.year + month.first.month - 1


def is_coarsened(period: Period, kept: date | None) -> bool:
    """Whether a period is one of the days and weeks that are not kept.

    A week goes with the first of its days: taken off its total, those that are left would tell them.
    """
    return kept is not None and period.kind in COARSENED and period.first < kept


def last_of(kept: date) -> tuple[Period, Period]:
    """The last day and the last week that are not kept."""
    last = kept - timedelta(days=1)
    return Period.of(last, "day"), Period.of(last, "week")
