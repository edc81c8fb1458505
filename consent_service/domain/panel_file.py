"""One breakdown as a file: what its panel shows, as CSV."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO

from consent_service.domain.dimensions import MEASURES, Dimension
from consent_service.domain.export import inert
from consent_service.domain.shown import Shown, ShownBreakdown


@dataclass(frozen=True)
class PanelFile:
    """``period`` and ``basis`` say what the numbers are of, as `sources.Source` has it."""

    dimension: Dimension
    period: str
    basis: str
    breakdown: ShownBreakdown

    def written(self) -> bytes:
        """By value, in the order of their characters' numbers."""
        text = StringIO()
        table = csv.writer(text, lineterminator="\n")
        measures = [measure for measure in MEASURES if measure in self.dimension.measures]
        table.writerow(("dimension", "period", "basis", "value", *measures))
        for value, counts in sorted(self.breakdown.items()):
            fields = [_field(counts.get(measure)) for measure in measures]
            table.writerow((self.dimension.name, self.period, self.basis, inert(value), *fields))
        return text.getvalue().encode()


def _field(count: Shown | None) -> str | int:
    """``20``, ``>=20`` of what is rounded down, ``<10`` of what is hidden; empty for what is not told yet."""
    if count is None:
        return ""
    return count.number if count.sort == "exact" else f"{'<' if count.sort == 'below' else '>='}{count.number}"
