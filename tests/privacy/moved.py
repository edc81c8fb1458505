"""The sentence on which promise 8 rests: move all visits of small cells to the cover, and nothing that is seen changes.

A history is played through the rules with draws that are given; then what was small is moved to the cover at the times
when it came, and the history is played once more with the draws that should give the same sight.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from unittest.mock import patch

from consent_service.domain.counting.counts import VIEWS, VISITORS, VISITS, Breakdown, Counts, minus, plus, together
from consent_service.domain.counting.dimensions import OTHER, Dimension
from consent_service.domain.disclosure import cover, publication, release
from consent_service.domain.disclosure.publication import NOTHING, PublishedRow, Remains


class Visit(NamedTuple):
    machine: int
    is_first: bool
    """of its browser in the period"""
    views: tuple[str, ...]
    """the value of each view; of a dimension of which a visit has one, that one"""


History = Sequence[Sequence[Visit]]
"""Visits, and after each step but the last a release on each machine."""


class Draws(NamedTuple):
    """Which value each machine draws (where it is not among those that may be, the first of them), and G by count."""

    covers: Mapping[int, str]
    withheld: Mapping[str, int]

    def choose(self, machine: int, sizes: Collection[str]) -> str:
        return self.covers[machine] if self.covers.get(machine) in sizes else min(sizes)


@dataclass
class Played:
    """What is seen of a history, and what is behind it."""

    sight: list[object] = field(default_factory=list)
    rows: list[PublishedRow] = field(default_factory=list)
    covers: dict[int, str] = field(default_factory=dict)
    held: Counts = field(default_factory=lambda: NOTHING)
    stored: Breakdown = field(default_factory=dict)
    truth: Breakdown = field(default_factory=dict)


def counted(visits: Sequence[Visit]) -> tuple[Breakdown, Counts]:
    """What visits add to a breakdown, and to the site's total."""
    cells: Breakdown = {}
    total = NOTHING
    for visit in visits:
        first = int(visit.is_first)
        total = plus(total, [len(visit.views), 1, first, 0, 0])
        for value in set(visit.views):
            cells[value] = plus(cells.get(value, NOTHING), [visit.views.count(value), 1, first, 0, 0])
    return cells, total


def play(dimension: Dimension, history: History, machines: int, threshold: int, draws: Draws) -> Played:
    """Count, release and close. Of several machines the last one closes."""
    played = Played()
    pending: list[Breakdown] = [{} for _ in range(machines)]
    total = NOTHING
    for number, visits in enumerate(history, 1):
        for machine in range(machines):
            cells, came = counted([visit for visit in visits if visit.machine == machine])
            pending[machine], total = together(pending[machine], cells), plus(total, came)
            played.truth = together(played.truth, cells)
            if number < len(history):
                _release(dimension, machine, pending, threshold, draws, played)
            played.sight.append((total, {**played.stored}))
    _close(dimension, pending, threshold, draws, played, total)
    return played


def _release(
    dimension: Dimension, machine: int, pending: list[Breakdown], threshold: int, draws: Draws, played: Played
) -> None:
    with patch.object(cover, "draw_cover", lambda sizes, *_: draws.choose(machine, sizes)):
        cells, drawn = release.release(
            dimension, pending[machine], played.stored, played.covers.get(machine, ""), threshold, _no_draw
        )
    if drawn:
        played.covers[machine] = drawn
    pending[machine] = {v: minus(counts, cells.get(v, NOTHING)) for v, counts in pending[machine].items()}
    played.stored = together(played.stored, cells)


def _close(
    dimension: Dimension, pending: list[Breakdown], threshold: int, draws: Draws, played: Played, total: Counts
) -> None:
    name, kept = dimension.name, {dimension.name: played.stored}
    *others, last = range(len(pending))
    for machine in others:
        covers = {name: played.covers[machine]} if machine in played.covers else {}
        handed = publication.hand_over(kept, {name: pending[machine]}, covers)
        kept = {one: together(kept.get(one, {}), handed.get(one, {})) for one in {*kept, *handed}}
    remains: Remains = publication._remains(kept, {name: pending[last]}, name, played.covers.get(last, ""))
    chosen: list[str] = [remains.cover] if remains.cover else []

    def choose(sizes: Collection[str], *_: object) -> str:
        chosen.append(draws.choose(last, sizes))
        return chosen[0]

    with (
        patch.object(cover, "draw_cover", choose),
        patch.object(cover, "withheld", lambda _, label: draws.withheld[label]),
    ):
        played.rows = sorted(publication.close_breakdown(dimension, remains, threshold, _no_draw, total))
    if chosen:
        played.covers[last] = chosen[0]
        played.held = pending[last].get(chosen[0], NOTHING)
        played.stored = kept[name]
    played.sight.append(played.rows)


def moved(history: History, played: Played, threshold: int) -> History:
    """The history in which what is small was the cover of the machine that counted it."""
    small = {value for value, counts in played.truth.items() if counts[VISITORS] < threshold}
    # A machine that has drawn none can have had visits of whatever another has covered.
    default = played.covers[max(played.covers)]
    return [
        [
            visit._replace(
                views=tuple(
                    played.covers.get(visit.machine, default) if value in small else value for value in visit.views
                )
            )
            for visit in visits
        ]
        for visits in history
    ]


def same_draws(played: Played, after: Played, machines: int) -> Draws:
    """The draws with which what is published of the cover stays the same, now that the cover is larger."""
    value = played.covers[machines - 1]
    stored = played.stored.get(value, NOTHING)
    part = next(
        (minus(row.counts, stored) for row in played.rows if row.value == value and row.value != OTHER), NOTHING
    )
    held = after.held
    return Draws(
        played.covers,
        {
            "visitors": held[VISITORS] - part[VISITORS],
            "visits": held[VISITS] - held[VISITORS] - part[VISITS] + part[VISITORS],
            "views": max(0, held[VIEWS] - held[VISITS] - part[VIEWS] + part[VISITS]),
        },
    )


def _no_draw(label: str) -> bytes:
    raise AssertionError(f"{label} is drawn, and not given")
