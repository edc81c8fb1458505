"""Monthly exports as a spreadsheet."""

import html
import io
import re
import zipfile

from consent_service.domain.counting.dimensions import MEASURES
from consent_service.domain.figures.csv_table import COLUMNS
from consent_service.reporting import spreadsheet
from tests.unit.test_export import month_of

COUNTS = ([20, 20, 20, 0, 0], "")
CELLS = {
    "site": {"": ([90, 60, 50, 0, 0], "engaged_visits?")},
    "page": {
        "/b": ([30, 30, 30, 0, 0], ""),
        "/ä": ([20, 20, 20, 0, 0], "views>= visits>= visitors>="),
        "(other)": ([40, 0, 10, 0, 0], "visits? visitors>="),
    },
    "country": {"NA": COUNTS},
    "referrer": {"=HYPERLINK(A1)": COUNTS, "https://x.example": COUNTS, "+1": COUNTS},
}


def written(*months):
    return spreadsheet.written(months or [month_of(CELLS)])


def files_in(content):
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


def table_in(content, sheet=1):
    """A sheet's rows as texts and numbers, without the empty fields at their ends and between them."""
    return [[field for field in row.values() if field != ""] for row in rows_in(content, sheet)]


def rows_in(content, sheet=1):
    """A sheet's rows, by the letter of the column."""
    files = files_in(content)
    texts = re.findall(r"<si><t[^>]*>(.*?)</t></si>|<si><(t)/></si>", files["xl/sharedStrings.xml"], re.DOTALL)

    def cell(attributes, number):
        return html.unescape(texts[int(number)][0]) if 't="s"' in attributes else int(number)

    rows = re.findall(r"<row .*?</row>", files[f"xl/worksheets/sheet{sheet}.xml"], re.DOTALL)
    return [{letter: cell(attributes, number) for letter, attributes, number in _cells(row)} for row in rows]


def _cells(row):
    return re.findall(r'<c r="([A-Z]+)\d+"([^>]*)><v>(.*?)</v></c>', row)


def test_it_holds_the_rows_of_the_export():
    export = month_of(CELLS)
    header, *rows = table_in(written(export))
    assert header == list(COLUMNS)
    assert rows == [[field for field in row.values() if field not in (None, "")] for row in export.rows]


def test_it_holds_several_months_one_after_another():
    september, october = month_of(CELLS, "2026-09"), month_of(CELLS)
    _, *rows = table_in(written(september, october))
    assert rows == [*table_in(written(september))[1:], *table_in(written(october))[1:]]


def test_a_column_of_numbers_holds_numbers_alone():
    header, *rows = rows_in(written())
    letters = {letter for letter, name in header.items() if name in MEASURES}
    assert {type(field) for row in rows for letter, field in row.items() if letter in letters} == {int}
    assert {type(field) for row in rows for letter, field in row.items() if letter not in letters} == {str}


def test_what_is_hidden_is_empty_and_marked():
    row = next(row for row in rows_in(written()) if row["D"] == "(other)")
    assert "G" not in row
    assert (row["F"], row["H"], row["K"]) == (40, 10, "visits? visitors>=")


def test_a_sheet_explains_every_column():
    header, *rows = table_in(written(), sheet=2)
    assert header == ["column", "meaning"]
    assert [name for name, _ in rows] == list(COLUMNS)
    assert all(meaning for _, meaning in rows)


def test_a_sheet_says_what_each_month_was_closed_with():
    months = [month_of(CELLS, "2026-09"), month_of(CELLS)]
    assert table_in(written(*months), sheet=3) == [
        ["month", "threshold", "detail", "digest"],
        *([month.month.name, 10, "month", month.document["digest"]] for month in months),
    ]


def test_no_value_is_a_formula_or_a_link():
    files = files_in(written())
    sheet = files["xl/worksheets/sheet1.xml"]
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet.lower()
    assert "=HYPERLINK(A1)" in files["xl/sharedStrings.xml"]


def test_it_says_no_time_of_writing_but_the_end_of_its_last_month():
    core = files_in(written(month_of(CELLS, "2026-09"), month_of(CELLS)))["docProps/core.xml"]
    assert "k3f9, 2026-09 to 2026-10" in core
    assert set(re.findall(r"\d{4}-\d{2}-\d{2}T[\d:]+Z", core)) == {"2026-10-31T00:00:00Z"}


def test_the_same_month_gives_the_same_bytes_and_no_file_in_it_has_a_time():
    content = written()
    assert written() == content
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert len({entry.date_time for entry in packed.infolist()}) == 1
        assert packed.infolist()[0].date_time[0] == 1980
