"""A monthly export as a spreadsheet."""

import html
import io
import re
import zipfile

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting.dimensions import DIMENSIONS
from consent_service.domain.disclosure.shown import part_of, show_closed
from consent_service.domain.figures.monthly import MonthlyExport
from consent_service.reporting import spreadsheet

CELLS = {
    "site": {"": [90, 60, 50, 0, 20, 0]},
    "page": {"/b": [30, 30, 30, 20, 0, 0], "/ä": [20, 20, 20, 4, 0, 0], "/a": [50, 50, 50, 36, 0, 0]},
    "referrer": {"=HYPERLINK(A1)": [20, 20, 20, 0, 0, 0], "https://x.example": [30, 30, 30, 0, 0, 0]},
}


def export_of(cells):
    parts = {name: part_of(DIMENSIONS[name], breakdown, 10) for name, breakdown in cells.items()}
    shown = {name: show_closed(DIMENSIONS[name], part) for name, part in parts.items()}
    return MonthlyExport("k3f9", Period.parse("2026-10"), 10, "month", shown)


def files_in(content):
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


def table_in(content):
    """The sheet's rows as texts and numbers."""
    files = files_in(content)
    texts = re.findall(r"<si><t[^>]*>(.*?)</t></si>", files["xl/sharedStrings.xml"], re.DOTALL)

    def cell(attributes, number):
        return html.unescape(texts[int(number)]) if 't="s"' in attributes else int(number)

    rows = re.findall(r"<row .*?</row>", files["xl/worksheets/sheet1.xml"], re.DOTALL)
    return [[cell(*found) for found in re.findall(r"<c ([^>]*)><v>(.*?)</v></c>", row)] for row in rows]


def test_it_holds_the_rows_of_the_export():
    export = export_of(CELLS)
    header, *rows = table_in(spreadsheet.written(export))
    assert header == list(export.rows[0])
    assert rows == [[field for field in row.values() if field is not None] for row in export.rows]


def test_what_is_hidden_is_a_text():
    assert ["page", "/ä", 20, 20, 20, "<10"] in table_in(spreadsheet.written(export_of(CELLS)))


def test_no_value_is_a_formula_or_a_link():
    files = files_in(spreadsheet.written(export_of(CELLS)))
    sheet = files["xl/worksheets/sheet1.xml"]
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet.lower()
    assert "=HYPERLINK(A1)" in files["xl/sharedStrings.xml"]


def test_it_says_what_the_month_was_closed_with_and_no_time_of_writing():
    core = files_in(spreadsheet.written(export_of(CELLS)))["docProps/core.xml"]
    assert "threshold 10, detail month, digest" in core
    assert set(re.findall(r"\d{4}-\d{2}-\d{2}T[\d:]+Z", core)) == {"2026-10-31T00:00:00Z"}


def test_the_same_month_gives_the_same_bytes_and_no_file_in_it_has_a_time():
    content = spreadsheet.written(export_of(CELLS))
    assert spreadsheet.written(export_of(CELLS)) == content
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert len({entry.date_time for entry in packed.infolist()}) == 1
        assert packed.infolist()[0].date_time[0] == 1980
