"""A month's published counts as a file: one table, as CSV or as JSON. The same month gives the same bytes."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Any

from consent_service.domain.dimensions import MEASURES
from consent_service.domain.shown import Shown, ShownBreakdown

COLUMNS = ("dimension", "value", *MEASURES)

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class MonthlyExport:
    """What is published of a closed month: breakdowns by dimension, the totals under ``site``."""

    site: str
    month: str
    threshold: int
    detail: str
    breakdowns: Mapping[str, ShownBreakdown]

    @property
    def rows(self) -> list[dict[str, str | int | None]]:
        """By dimension and value, in the order of their characters' numbers."""
        return [
            {"dimension": name, "value": value, **{measure: _field(counts.get(measure)) for measure in MEASURES}}
            for name, breakdown in sorted(self.breakdowns.items())
            for value, counts in sorted(breakdown.items())
        ]

    def written(self, form: str) -> bytes:
        """The file; ``form`` is csv or json."""
        return {"csv": self._as_csv, "json": self._as_json}[form]()

    def _as_csv(self) -> bytes:
        text = StringIO()
        table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        table.writeheader()
        for row in self.rows:
            table.writerow({**row, "value": inert(str(row["value"]))})
        return text.getvalue().encode()

    def _as_json(self) -> bytes:
        document = {
            "site": self.site,
            "month": self.month,
            "threshold": self.threshold,
            "detail": self.detail,
            "digest": digest_of(self.rows),
            "rows": self.rows,
        }
        return _canonical(document) + b"\n"


def _field(count: Shown | None) -> str | int | None:
    if count is None:
        return None
    return f"<{count.number}" if count.sort == "below" else count.number


def inert(value: str) -> str:
    """A value that a spreadsheet would take for a formula gets an apostrophe before it."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def digest_of(rows: list[dict[str, str | int | None]]) -> str:
    """SHA-256 over the canonical JSON of the rows as they are exported.

    Not over the counts behind them: of a digest over everything else and one hidden number below k, that number
    could be found by trying.
    """
    return hashlib.sha256(_canonical(rows)).hexdigest()


def _canonical(document: Any) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
