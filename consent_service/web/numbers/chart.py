"""A bar chart as numbers for an SVG that the server draws: no script, no inline style.

Across, everything is in percent of the chart's width, so that it fits any screen without its text shrinking;
down, in pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10

from consent_service.domain.disclosure.shown import Shown

HEIGHT = 160
"""Pixels of the largest bar there may be."""
HEAD = 12
"""Pixels above the highest line, for its label."""
FOOT = 24
"""Pixels below the bars, for their labels."""

_GAP = 0.22
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Slot:
    """One place along the chart. ``count`` is None where nothing may be shown.

    ``before`` is what it is compared with; ``notes`` are what somebody wrote about it.
    """

    label: str
    title: str
    link: str
    count: Shown | None
    before: Shown | None = None
    before_title: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    title: str
    link: str
    is_open: bool


@dataclass(frozen=True)
class Tick:
    """Where the count stands that a bar is compared with."""

    x: float
    y: float
    width: float
    title: str


@dataclass(frozen=True)
class Note:
    at: float
    text: str


@dataclass(frozen=True)
class Mark:
    """A text, and where it stands: in percent across or in pixels down. A narrow screen leaves out the odd ones."""

    at: float
    text: str
    is_odd: bool = False


@dataclass(frozen=True)
class Scale:
    """From a count to a place: ``top`` stands ``height`` pixels above nought."""

    top: int
    height: int

    def y(self, number: int) -> float:
        return round(HEAD + self.height * (1 - number / self.top), 1)


@dataclass(frozen=True)
class Chart:
    bars: Sequence[Bar]
    ticks: Sequence[Tick]
    notes: Sequence[Note]
    lines: Sequence[Mark]
    labels: Sequence[Mark]
    base: int

    @property
    def height(self) -> int:
        return self.base + FOOT


def render(slots: Sequence[Slot], height: int = HEIGHT) -> Chart | None:
    """None if there is nothing to draw."""
    return draw(slots, height=height) if any(slot.count and slot.count.known for slot in slots) else None


def draw(slots: Sequence[Slot], most_labels: int = 16, height: int = HEIGHT) -> Chart:
    """A bar for each slot that has a count to show."""
    counts = [count for slot in slots for count in (slot.count, slot.before) if count]
    most = max((count.known for count in counts), default=1)
    step = _step(most)
    top = step * ceil(most / step)
    scale = Scale(top, height)
    pitch = 100 / len(slots)
    every = ceil(len(slots) / most_labels)
    return Chart(
        bars=[
            _bar(slot, slot.count, number * pitch, pitch, scale)
            for number, slot in enumerate(slots)
            if slot.count and slot.count.known
        ],
        ticks=[
            Tick(round(number * pitch, 3), scale.y(slot.before.known), round(pitch, 3), slot.before_title)
            for number, slot in enumerate(slots)
            if slot.before and slot.before.known
        ],
        notes=[
            Note(round((number + 0.5) * pitch, 3), "; ".join(slot.notes))
            for number, slot in enumerate(slots)
            if slot.notes
        ],
        lines=[Mark(scale.y(n * step), f"{n * step:,}") for n in range(1, top // step + 1)],
        labels=[
            Mark(round((number + 0.5) * pitch, 3), slot.label, bool(number // every % 2))
            for number, slot in enumerate(slots)
            if number % every == 0
        ],
        base=HEAD + height,
    )


def _bar(slot: Slot, count: Shown, left: float, pitch: float, scale: Scale) -> Bar:
    base = HEAD + scale.height
    y = min(scale.y(count.known), base - 2)  # what is there is seen
    return Bar(
        x=round(left + pitch * _GAP / 2, 3),
        y=y,
        width=round(pitch * (1 - _GAP), 3),
        height=round(base - y, 1),
        title=slot.title,
        link=slot.link,
        is_open=count.sort == "least",
    )


def _step(most: int) -> int:
    """A round number of which at most four make the scale."""
    magnitude = 10 ** int(log10(max(most / 4, 1)))
    steps = (int(factor * magnitude) for factor in _STEPS if factor * magnitude % 1 == 0)
    return next(step for step in steps if step * 4 >= most)
