"""The six figures at the head of a site's page, and how they changed.

All are made of what is shown, so that none tells more than the numbers that it was made of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple, TypeAlias

from consent_service.domain.disclosure.shown import (
    Rate,
    Shown,
    ShownBreakdown,
    ShownCounts,
    add_up_counts,
    bounces,
    may_divide,
    per_visit,
)

COUNTED = ("visitors", "visits", "views")

FIGURES = (*COUNTED, "views_per_visit", "bounce_rate", "time_per_visit")
"""In the order of the page; seconds for the last, a share from 0 to 1 for the one before."""

LEAST_SHARE_FOR_A_RATE = 0.9
"""Of the visits: a bounce rate that rests on nine tenths of them is off by ten percentage points at most."""

Figures: TypeAlias = Mapping[str, Shown | Rate | None]
"""By name; None where it cannot be said."""


class FigureChange(NamedTuple):
    """How far a figure is from another one: in percent of it, or in percentage points where it is a share."""

    amount: float
    unit: Literal["percent", "points"]


def figures_of(totals: ShownCounts, threshold: int) -> Figures:
    """Of a period's totals."""
    return {
        **{name: totals[name] for name in COUNTED},
        "views_per_visit": per_visit(totals, "views", threshold),
        "bounce_rate": bounces(totals, threshold),
        "time_per_visit": per_visit(totals, "engaged_seconds", threshold),
    }


def figures_of_sum(parts: Sequence[ShownCounts], threshold: int, number: int = 0) -> Figures:
    """Of the totals of closed periods, added up; there is at least one. ``number`` as `added_up` has it.

    A rate is that of the parts which show both of its numbers: a part that hides one would count as having none. It is
    told if they have most of the visits, where a period that shows nothing may have had k - 1.
    """
    number = number or len(parts)
    whole = added_up(parts, number)
    most = whole["visits"].known + (number - len(parts)) * (threshold - 1)

    def rate_of(told: Sequence[ShownCounts], rate: Callable[[ShownCounts], Rate | None]) -> Rate | None:
        if not told or sum(part["visits"].known for part in told) < LEAST_SHARE_FOR_A_RATE * most:
            return None
        of_told = rate(added_up(told))
        return of_told and of_told._replace(about=of_told.about or len(told) < number)

    engaged = [part for part in parts if part["engaged_visits"].is_exact]
    timed = [part for part in parts if "engaged_seconds" in part]
    return {
        **{name: whole[name] for name in COUNTED},
        "views_per_visit": rate_of(parts, lambda counts: per_visit(counts, "views", threshold)),
        "bounce_rate": rate_of(engaged, lambda counts: bounces(counts, threshold)),
        "time_per_visit": rate_of(timed, lambda counts: per_visit(counts, "engaged_seconds", threshold)),
    }


def added_up(parts: Iterable[ShownCounts], number: int = 0) -> ShownCounts:
    """What is known of so many closed periods together, measure by measure.

    ``number`` counts the periods, of which some may show nothing: then every sum is a lower bound. If it is left out
    they are the parts.
    """
    rows = list(parts)
    return add_up_counts(rows, number or len(rows))


def shares_of(breakdown: ShownBreakdown, threshold: int) -> dict[str, Rate]:
    """Which part of the visits falls to each value, where each falls to one; empty if it cannot be said."""
    counts = {value: shown["visits"] for value, shown in breakdown.items()}
    about = not all(count.is_exact for count in counts.values())
    whole = Shown(sum(count.known for count in counts.values()), "least" if about else "exact")
    if not may_divide(whole, threshold):
        return {}
    return {value: Rate(count.known / whole.known, about) for value, count in counts.items()}


def changes(present: Figures, before: Figures) -> dict[str, FigureChange]:
    """By figure; only between exact ones, for the difference of two that are rounded may be twice as far off."""
    by_name = {name: _change(name, present[name], before[name]) for name in FIGURES}
    return {name: change for name, change in by_name.items() if change is not None}


def _change(name: str, present: Shown | Rate | None, before: Shown | Rate | None) -> FigureChange | None:
    now, then = _exactly(present), _exactly(before)
    if now is None or not then:
        return None
    return (
        FigureChange(100 * (now - then), "points")
        if name == "bounce_rate"
        else FigureChange(100 * (now / then - 1), "percent")
    )


def _exactly(figure: Shown | Rate | None) -> float | None:
    if isinstance(figure, Shown):
        return figure.number if figure.is_exact else None
    return figure.value if figure and not figure.about else None
