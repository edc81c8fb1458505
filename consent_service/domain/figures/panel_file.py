"""One breakdown as a file: what its panel shows, as CSV."""

from __future__ import annotations

from dataclasses import dataclass

from consent_service.domain.calendar.ranges import PeriodOrRange
from consent_service.domain.counting.dimensions import MEASURES, Dimension
from consent_service.domain.disclosure.shown import Shown, ShownBreakdown
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
            {**of, "value": value, **{measure: _field(counts.get(measure)) for measure in measures}}
            for value, counts in sorted(self.breakdown.items())
        ]
        return csv_table.written((*of, "value", *measures), rows)


def _field(count: Shown | None) -> Field:
    """``20``, ``>=20`` of what is rounded down, ``<10`` of what is hidden; empty for what is not told yet."""
    if count is None:
        return None
    return count.number if count.sort == "exact" else f"{'<' if count.sort == 'below' else '>='}{count.number}"
