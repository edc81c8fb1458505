"""A month's published counts as a file: one table, as CSV or as JSON. The same month gives the same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting.dimensions import MEASURES
from consent_service.domain.disclosure.shown import Shown, ShownBreakdown
from consent_service.domain.figures import csv_table
from consent_service.domain.figures.csv_table import COLUMNS, CsvRow, Field

__all__ = ["COLUMNS", "FORMS", "MonthlyExport", "digest_of", "rows_of"]

FORMS = ("csv", "json", "xlsx")
"""The last one is written by `spreadsheet`, which needs more than the standard library."""


@dataclass(frozen=True)
class MonthlyExport:
    """What is published of a closed month: breakdowns by dimension, the totals under ``site``."""

    site: str
    month: Period
    threshold: int
    detail: str
    breakdowns: Mapping[str, ShownBreakdown]

    @property
    def rows(self) -> list[CsvRow]:
        return rows_of(self.breakdowns)

    def written(self, form: str) -> bytes:
        """The file; ``form`` is csv or json."""
        return {"csv": self._as_csv, "json": self._as_json}[form]()

    def _as_csv(self) -> bytes:
        return csv_table.written(COLUMNS, self.rows)

    def _as_json(self) -> bytes:
        document = {
            "site": self.site,
            "month": self.month.name,
            "threshold": self.threshold,
            "detail": self.detail,
            "digest": digest_of(self.rows),
            "rows": self.rows,
        }
        return _canonical(document) + b"\n"


def rows_of(breakdowns: Mapping[str, ShownBreakdown]) -> list[CsvRow]:
    """By dimension and value, in the order of their characters' numbers."""
    return [
        {"dimension": name, "value": value, **{measure: _field(counts.get(measure)) for measure in MEASURES}}
        for name, breakdown in sorted(breakdowns.items())
        for value, counts in sorted(breakdown.items())
    ]


def _field(count: Shown | None) -> Field:
    if count is None:
        return None
    return f"<{count.number}" if count.sort == "below" else count.number


def digest_of(rows: Sequence[CsvRow]) -> str:
    """SHA-256 over the canonical JSON of the rows as they are exported.

    Not over the counts behind them: of a digest over everything else and one hidden number below k, that number
    could be found by trying.
    """
    return hashlib.sha256(_canonical(rows)).hexdigest()


def _canonical(document: Any) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
