"""Panels as tables: rows in order, cut to the first few, searched, with what was folded as a line of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from consent_service.domain.counting.dimensions import NONE, OTHER
from consent_service.domain.counting.web_vitals import LIMITS
from consent_service.domain.disclosure.shown import Shown, ShownCounts
from consent_service.domain.figures.figures import shares_of
from consent_service.reporting.panels import Panel
from consent_service.web import words
from consent_service.web.numbers import chart, panel_captions, worldmap
from consent_service.web.numbers.chart import Chart, Slot
from consent_service.web.numbers.links import Asked

SHOWN_MEASURES = ("visitors", "visits", "views", "entries")
"""In the order of the columns."""

FEW = 10
"""Rows of a table before "more"."""

RATINGS = ("good", "fair", "poor")


@dataclass(frozen=True)
class TableLine:
    """A row of a table; ``share`` is its part of the largest row, in percent."""

    label: str
    is_ours: bool
    share: int
    counts: ShownCounts


@dataclass(frozen=True)
class RatingShare:
    """A part of a bar that is the whole: where it begins and how long it is, in percent."""

    rating: str
    left: float
    width: float
    text: str


@dataclass(frozen=True)
class Table:
    """A panel as it is shown. ``number`` counts all its rows, ``matches`` those that match what is looked for."""

    panel: Panel
    measures: Sequence[str]
    rows: Sequence[TableLine]
    number: int
    matches: int
    find: str
    folded: str
    notes: Sequence[str]
    chart: Chart | None = None
    pieces: Sequence[RatingShare] = ()
    shades: Sequence[tuple[str, int]] = ()
    is_wide: bool = False

    @property
    def name(self) -> str:
        return self.panel.dimension.name

    @property
    def is_long(self) -> bool:
        """Whether it is worth a search."""
        return self.number > FEW + 1 and self.chart is None


def tables(panels: Sequence[Panel], asked: Asked, is_day: bool) -> list[Table]:
    """In the order of the dimensions; a day, which has no shorter periods to draw, begins with the hours.

    None at all, where there is nothing to say but that there is nothing.
    """
    if not any(panel.breakdown or panel.is_published for panel in panels):
        return []
    first = "hour" if is_day else "page"
    ordered = sorted(panels, key=lambda panel: panel.dimension.name != first)
    return [_table(panel, asked, panel.dimension.name in (first, "page")) for panel in ordered]


def _table(panel: Panel, asked: Asked, is_wide: bool) -> Table:
    name, leading = panel.dimension.name, _leading(panel)
    is_whole = name in (asked.more, "hour")
    labelled = [
        (words.value(name, value), value, counts) for value, counts in panel.breakdown.items() if value != OTHER
    ]
    find = asked.find.strip() if asked.more == name else ""
    rows = sorted(
        (row for row in labelled if not find or _matches(find, row[0], row[1])),
        key=lambda row: _place(name, row[1], row[2][leading].known),
    )
    most = max((counts[leading].known for _, _, counts in labelled), default=0) or 1
    few = rows if is_whole or len(rows) <= FEW + 1 else rows[:FEW]
    return Table(
        panel=panel,
        measures=[measure for measure in SHOWN_MEASURES if any(measure in counts for _, _, counts in rows)],
        rows=[
            TableLine(label, value == NONE, round(100 * counts[leading].known / most), counts)
            for label, value, counts in few
        ],
        number=len(labelled),
        matches=len(rows),
        find=find,
        folded=panel_captions.folded(panel),
        notes=panel_captions.explained(panel),
        chart=_hours(panel) if name == "hour" else None,
        pieces=_pieces(panel) if name in LIMITS else (),
        shades=worldmap.shades(panel.breakdown) if name == "country" else (),
        is_wide=is_wide,
    )


def _matches(find: str, label: str, value: str) -> bool:
    wanted = find.casefold()
    return wanted in label.casefold() or wanted in value.casefold()


def _leading(panel: Panel) -> str:
    """The measure by which a table is ordered, and which its bars show."""
    return "visitors" if "visitors" in panel.dimension.measures else "visits"


def _place(name: str, value: str, known: int) -> tuple[int, int, str]:
    """By number and name; hours by the clock, ratings from good to poor."""
    if name == "hour" and value.isdigit():
        return 0, int(value), ""
    if name in LIMITS and value in RATINGS:
        return 0, RATINGS.index(value), ""
    return 1, -known, value


def _pieces(panel: Panel) -> list[RatingShare]:
    """The shares of good, fair and poor, and of what was folded; none where they cannot be said."""
    shares = shares_of(panel.breakdown, panel.threshold)
    pieces: list[RatingShare] = []
    left = 0.0
    for rating in (*RATINGS, OTHER):
        if rating in shares:
            width = 100 * shares[rating].value
            about = "about " if shares[rating].about else ""
            pieces.append(RatingShare(rating.strip("()"), round(left, 2), round(width, 2), f"{about}{width:.0f} %"))
            left += width
    return pieces


def _hours(panel: Panel) -> Chart | None:
    counts = {value: row["visits"] for value, row in panel.breakdown.items()}
    return chart.render([_hour(hour, counts.get(str(hour))) for hour in range(24)])


def _hour(hour: int, count: Shown | None) -> Slot:
    return Slot(f"{hour:02}", f"{hour:02}:00: {count} visits" if count else "", "", count)
