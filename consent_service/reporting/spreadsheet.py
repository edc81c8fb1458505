"""A monthly export as a spreadsheet (XLSX). The same month gives the same bytes, from one version of the service.

What is hidden is a text, such as ``<10``, and every value is one: nothing is ever a formula, a link or a date.
"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from consent_service.domain.figures.csv_table import COLUMNS, Field
from consent_service.domain.figures.monthly import MonthlyExport, digest_of

_OPTIONS = {
    "in_memory": True,  # no temporary file
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

_WIDTHS = {"dimension": 14, "value": 48}


def written(export: MonthlyExport) -> bytes:
    stream = BytesIO()
    with Workbook(stream, _OPTIONS) as book:
        book.set_properties(_properties(export))
        sheet = book.add_worksheet(export.month.name)
        sheet.freeze_panes(1, 0)
        heading = book.add_format({"bold": True})
        for place, name in enumerate(COLUMNS):
            sheet.set_column(place, place, _WIDTHS.get(name, 16))
            sheet.write_string(0, place, name, heading)
        for line, row in enumerate(export.rows, start=1):
            for place, name in enumerate(COLUMNS):
                _write(sheet, line, place, row[name])
    return stream.getvalue()


def _properties(export: MonthlyExport) -> dict[str, Any]:
    """What stands around the rows in JSON, and in the place of the time of writing the month's end."""
    end = export.month.last
    return {
        "title": f"{export.site}, {export.month}",
        "comments": f"threshold {export.threshold}, detail {export.detail}, digest {digest_of(export.rows)}",
        "created": datetime(end.year, end.month, end.day, tzinfo=UTC),
    }


def _write(sheet: Any, line: int, place: int, field: Field) -> None:
    if isinstance(field, str):
        sheet.write_string(line, place, field)
    elif field is not None:
        sheet.write_number(line, place, field)
