"""One breakdown as a file: what its panel shows, as CSV."""

from __future__ import annotations

from dataclasses import dataclass

from consent_service.domain.calendar.ranges import PeriodOrRange
from consent_service.domain.counting.dimensions import MEASURES, Dimension
from consent_service.domain.disclosure.shown import Shown, ShownBreakdown, marks_of
from consent_service.domain.figures import csv_table
from consent_service.domain.figures.csv_table import Field


@dataclass(frozen=True)
class PanelFile:
    """``period`` and ``basis`` say what the numbers are of, as `sources.Source` has it."""

    dimension: Dimension
    period: PeriodOrRange
    basis: str
    breakdown: ShownBreakdown

    def written(self) -> bytes:
        """By value, in the order of their characters' numbers."""
        measures = [measure for measure in MEASURES if measure in self.dimension.measures]
        of = {"dimension": self.dimension.name, "period": self.period.name, "basis": self.basis}
        rows = [
            {**of, "value": value, **{name: _number(counts.get(name)) for name in measures}, "marks": marks_of(counts)}
            for value, counts in sorted(self.breakdown.items())
        ]
        return csv_table.written((*of, "value", *measures, "marks"), rows)


def _number(count: Shown | None) -> Field:
    """The number, or None for what is hidden or not told yet."""
    return None if count is None or count.sort == "hidden" else count.number
