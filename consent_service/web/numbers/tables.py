"""Panels as tables: rows in order, cut to the first few, searched, with ``(other)`` as a line of its own."""

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

SHOWN_MEASURES = ("visitors", "visits", "views")
"""In the order of the columns."""

FEW = 8
"""Rows of a table before "more"."""

HOURS_HEIGHT = 64
"""Pixels of the bars for the hours."""

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

    @property
    def label(self) -> str:
        return "Everything else" if self.rating == "other" else self.rating.capitalize()


@dataclass(frozen=True)
class Table:
    """A panel as it is shown. ``number`` counts all its rows, ``matches`` those that match what is looked for.

    ``summed`` are the measures whose numbers are visitors of several periods added up.
    """

    panel: Panel
    measures: Sequence[str]
    summed: Sequence[str]
    rows: Sequence[TableLine]
    number: int
    matches: int
    find: str
    folded: str
    coverage: str
    notes: Sequence[str]
    chart: Chart | None = None
    pieces: Sequence[RatingShare] = ()
    shades: Sequence[tuple[str, int]] = ()

    @property
    def name(self) -> str:
        return self.panel.name

    @property
    def is_long(self) -> bool:
        """Whether it is worth a search."""
        return self.number > FEW + 1 and self.chart is None


def is_named(panel: Panel) -> bool:
    """Whether any of its rows stands for a value from outside."""
    return any(value not in (NONE, OTHER) for value in panel.breakdown)


def table(panel: Panel, asked: Asked) -> Table:
    """The rows of a panel as they are asked for: the first few, all of them, or those that match."""
    name, leading = panel.name, _leading(panel)
    labelled = [
        (words.value(name, value), value, counts) for value, counts in panel.breakdown.items() if value != OTHER
    ]
    find = asked.find.strip() if asked.more == name else ""
    rows = sorted(
        (row for row in labelled if not find or _matches(find, row[0], row[1])),
        key=lambda row: _place(name, row[1], row[2][leading].known),
    )
    few = rows if name in (asked.more, "hour") or len(rows) <= FEW + 1 else rows[:FEW]
    measures = [measure for measure in SHOWN_MEASURES if any(measure in counts for _, _, counts in rows)]
    return Table(
        panel=panel,
        measures=measures,
        summed=[measure for measure in measures if any(counts[measure].summed for _, _, counts in rows)],
        rows=_lines(few, leading, max((counts[leading].known for _, _, counts in labelled), default=0) or 1),
        number=len(labelled),
        matches=len(rows),
        find=find,
        folded=panel_captions.folded(panel),
        coverage=panel_captions.coverage(panel),
        notes=panel_captions.explained(panel),
        chart=_hours(panel) if name == "hour" else None,
        pieces=_pieces(panel) if name in LIMITS else (),
        shades=worldmap.shades(panel.breakdown) if name == "country" else (),
    )


def _lines(rows: Sequence[tuple[str, str, ShownCounts]], leading: str, most: int) -> list[TableLine]:
    return [
        TableLine(label, value == NONE, round(100 * counts[leading].known / most), counts)
        for label, value, counts in rows
    ]


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
    """The shares of good, fair and poor, and of everything else; none where they cannot be said."""
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
    return chart.render([_hour(hour, counts.get(str(hour))) for hour in range(24)], HOURS_HEIGHT)


def _hour(hour: int, count: Shown | None) -> Slot:
    return Slot(f"{hour:02}", f"{hour:02}:00: {count} visits" if count else "", "", count)
