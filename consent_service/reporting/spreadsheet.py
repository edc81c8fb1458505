"""Monthly exports as a spreadsheet (XLSX). The same months give the same bytes, from one version of the service.

Counts are numbers, and every other field is a text: nothing is ever a formula, a link or a date.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from consent_service.domain.figures.csv_table import COLUMNS, Field
from consent_service.domain.figures.monthly import MonthlyExport

_OPTIONS = {
    "in_memory": True,  # no temporary file
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

_WIDTHS = {"site": 10, "period": 10, "value": 48, "label": 32, "marks": 28}

EXPLANATIONS = {
    "site": "the key of the site",
    "period": "the month",
    "dimension": "what the row is of: site is the totals of the month, every other name a breakdown",
    "value": "one value of the breakdown; (other) is all that has no row of its own, (none) what tells nothing",
    "label": "the value in English",
    "views": "views of pages, or how often an event or link was used",
    "visits": "visits: runs of views without a pause of 30 minutes",
    "visitors": "visitors: browsers, each counted once in the month",
    "engaged_visits": "visits with a second view",
    "engaged_seconds": "seconds for which pages were looked at",
    "marks": "what a number alone does not say: visits>= is at least the number, visits? is hidden (no number), "
    "visitors+ is daily or monthly visitors added up, in which a person may count twice",
}
"""By column, for the sheet that explains them."""


def written(months: Sequence[MonthlyExport]) -> bytes:
    """Write all months into one sheet, and the explanation of the columns and months into two more."""
    stream = BytesIO()
    with Workbook(stream, _OPTIONS) as book:
        book.set_properties(_properties(months))
        heading = book.add_format({"bold": True})
        rows = [[row[name] for name in COLUMNS] for month in months for row in month.rows]
        _sheet(book, "counts", COLUMNS, rows, heading, [_WIDTHS.get(name, 14) for name in COLUMNS])
        _sheet(book, "columns", ("column", "meaning"), EXPLANATIONS.items(), heading, (18, 110))
        about = [(month.month.name, month.threshold, month.detail, month.document["digest"]) for month in months]
        _sheet(book, "months", ("month", "threshold", "detail", "digest"), about, heading, (10, 10, 8, 70))
    return stream.getvalue()


def _sheet(book: Any, name: str, columns: Any, rows: Any, heading: Any, widths: Sequence[int]) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, widths[place])
        sheet.write_string(0, place, column, heading)
    for line, row in enumerate(rows, start=1):
        for place, field in enumerate(row):
            _write(sheet, line, place, field)


def _properties(months: Sequence[MonthlyExport]) -> dict[str, Any]:
    """In the place of the time of writing the end of the last month."""
    end = months[-1].month.last
    return {
        "title": f"{months[0].site}, {months[0].month} to {months[-1].month}",
        "created": datetime(end.year, end.month, end.day, tzinfo=UTC),
    }


def _write(sheet: Any, line: int, place: int, field: Field) -> None:
    if isinstance(field, str):
        sheet.write_string(line, place, field)
    elif field is not None:
        sheet.write_number(line, place, field)
