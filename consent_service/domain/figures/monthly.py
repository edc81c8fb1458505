"""Closed months as files: one table, as CSV or as JSON. The same months give the same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting.dimensions import MEASURES
from consent_service.domain.disclosure.shown import ShownBreakdown, ShownCounts, marks_of
from consent_service.domain.figures import csv_table
from consent_service.domain.figures.csv_table import COLUMNS, CsvRow, Field
from consent_service.domain.figures.labels import label

__all__ = ["COLUMNS", "FORMS", "MonthlyExport", "digest_of", "number_of", "rows_of", "written"]

FORMS = ("csv", "json", "xlsx")
"""The last one is written by `reporting.spreadsheet`, which needs more than the standard library."""


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
        return rows_of(self.site, self.month, self.breakdowns)

    @property
    def document(self) -> dict[str, Any]:
        """The month in JSON."""
        return {
            "site": self.site,
            "month": self.month.name,
            "threshold": self.threshold,
            "detail": self.detail,
            "digest": digest_of(self.rows),
            "rows": self.rows,
        }


def written(months: Sequence[MonthlyExport], form: str, is_single: bool) -> bytes:
    """Write months one after another; ``form`` is csv or json. A single month in JSON is not in a list."""
    if form == "csv":
        return csv_table.written(COLUMNS, [row for month in months for row in month.rows])
    document: Any = months[0].document if is_single else {"months": [month.document for month in months]}
    return _canonical(document) + b"\n"


def rows_of(site: str, period: Period, breakdowns: Mapping[str, ShownBreakdown]) -> list[CsvRow]:
    """By dimension and value, in the order of their characters' numbers."""
    return [
        _row(site, period, name, value, counts)
        for name, breakdown in sorted(breakdowns.items())
        for value, counts in sorted(breakdown.items())
    ]


def _row(site: str, period: Period, name: str, value: str, counts: ShownCounts) -> CsvRow:
    numbers = {measure: number_of(counts, measure) for measure in MEASURES}
    named: CsvRow = {"dimension": name, "value": value, "label": label(name, value)}
    return {"site": site, "period": period.name, **named, **numbers, "marks": marks_of(counts)}


def number_of(counts: ShownCounts, measure: str) -> Field:
    """The number, or None for what is not counted or hidden: a column of numbers holds no text."""
    count = counts.get(measure)
    return None if count is None or count.sort == "hidden" else count.number


def digest_of(rows: Sequence[CsvRow]) -> str:
    """SHA-256 over the canonical JSON of the rows, without the site's key and without labels."""
    return hashlib.sha256(_canonical([_digested(row) for row in rows])).hexdigest()


def _digested(row: CsvRow) -> CsvRow:
    return {name: field for name, field in row.items() if name not in ("site", "label")}


def _canonical(document: Any) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
