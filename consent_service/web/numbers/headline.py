"""The figures at the head of a site's page as they are written, each with its change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from consent_service.domain.disclosure.shown import Rate, Shown
from consent_service.domain.figures.figures import FIGURES, FigureChange, changes
from consent_service.reporting.reports import Report
from consent_service.web import words

LABELS = {
    "visitors": "Visitors",
    "visits": "Visits",
    "views": "Views",
    "views_per_visit": "Views per visit",
    "bounce_rate": "Bounce rate",
    "time_per_visit": "Time per visit",
}


@dataclass(frozen=True)
class Figure:
    """``count``, or a rate as ``text``. ``is_about`` says that it was made of rounded numbers.

    ``change`` is short, ``spoken`` the same for a screen reader; both empty where there is none.
    """

    label: str
    count: Shown | None
    text: str
    is_about: bool
    change: str
    spoken: str


def figures(report: Report) -> Sequence[Figure]:
    """None at all without totals; time per visit only where it is told."""
    if report.figures is None:
        return ()
    changed = _changes(report)
    before = words.period(report.before.period) if report.before else ""
    return [
        _figure(name, report.figures[name], changed.get(name), before)
        for name in FIGURES
        if name != "time_per_visit" or report.figures[name] is not None
    ]


def _changes(report: Report) -> dict[str, FigureChange]:
    """None where the days of a range are not all in its sum: fewer days would look like fewer visitors."""
    before = report.before
    if report.figures is None or before is None or before.figures is None or before.is_open or _is_short(report):
        return {}
    return changes(report.figures, before.figures) if before.is_counted else {}


def _is_short(report: Report) -> bool:
    return report.added is not None and bool(report.added.open or report.added.gone)


def _figure(name: str, figure: Shown | Rate | None, change: FigureChange | None, before: str) -> Figure:
    return Figure(
        label=LABELS[name],
        count=figure if isinstance(figure, Shown) else None,
        text=_written(name, figure) if isinstance(figure, Rate) else "",
        is_about=isinstance(figure, Rate) and figure.about,
        change=_signed(change) if change else "",
        spoken=_spoken(change, before) if change else "",
    )


def _written(name: str, rate: Rate) -> str:
    if name == "bounce_rate":
        return f"{100 * rate.value:.0f} %"
    return words.seconds(rate) if name == "time_per_visit" else f"{rate.value:.1f}"


def percent(amount: float) -> str:
    """``+12 %``, with a minus sign and not a hyphen; ``±0 %`` for what does not reach half a percent."""
    rounded = round(amount)
    sign = "+" if rounded > 0 else "\N{MINUS SIGN}" if rounded else "±"
    return f"{sign}{abs(rounded):,} %"


def _signed(change: FigureChange) -> str:
    text = percent(change.amount)
    return text if change.unit == "percent" else text.replace("%", "points")


def _spoken(change: FigureChange, before: str) -> str:
    rounded = round(change.amount)
    if not rounded:
        return f"as in {before}"
    unit = "percent" if change.unit == "percent" else "percentage points"
    return f"{abs(rounded):,} {unit} {'more' if rounded > 0 else 'less'} than in {before}"


def compared(report: Report) -> str:
    """One line on what the changes are against, or why there are none; empty if nothing is to be compared."""
    before = report.before
    if before is None or report.figures is None:
        return ""
    name = words.period(before.period)
    lines = (
        (not before.is_counted, f"No comparison: {name} began before the site was made."),
        (report.is_open, f"Changes against {name} are told once {words.period(report.period)} is closed."),
        (_is_short(report), f"No changes against {name}: not every day of this range is in its sum."),
        (before.is_open, f"No comparison: not all of {name} is closed and kept."),
        (before.figures is None, f"No comparison: {name} had too few visitors to be shown."),
    )
    return next((line for holds, line in lines if holds), f"Changes are against {name}.")
