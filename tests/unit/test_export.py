"""A month's counts as a file."""

import csv
import hashlib
import io
import json

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting.dimensions import DIMENSIONS
from consent_service.domain.disclosure.shown import part_of, show_closed
from consent_service.domain.figures.monthly import MonthlyExport

HEADER = "dimension,value,views,visits,visitors,entries,engaged_visits,engaged_seconds"

CELLS = {
    "site": {"": [90, 60, 50, 0, 20, 0]},
    "page": {"/b": [30, 30, 30, 20, 0, 0], "/ä": [20, 20, 20, 4, 0, 0], "/B": [50, 50, 50, 36, 0, 0]},
    "referrer": {"(none)": [60, 60, 50, 0, 0, 0]},
    "consent": {"9a03": [50, 50, 50, 0, 0, 0]},
}


def month_of(cells):
    parts = {name: part_of(DIMENSIONS[name], breakdown, 10) for name, breakdown in cells.items()}
    shown = {name: show_closed(DIMENSIONS[name], part) for name, part in parts.items()}
    return MonthlyExport("k3f9", Period.parse("2026-10"), 10, "month", shown)


def test_the_table_is_written_in_the_fixed_columns_ordered_by_dimension_and_value():
    assert month_of(CELLS).written("csv").decode() == "\n".join(
        [
            HEADER,
            "consent,9a03,,50,,,,",
            "page,/B,50,50,50,36,,",
            "page,/b,30,30,30,<10,,",
            "page,/ä,20,20,20,<10,,",
            "referrer,(none),,60,50,,,",
            "site,,90,60,50,,20,",
            "",
        ]
    )


def test_a_month_in_which_nothing_is_published_is_a_header_alone():
    assert month_of({"site": {}, "page": {}}).written("csv").decode() == HEADER + "\n"


def test_json_has_the_same_names_and_what_the_month_was_closed_with_around_the_rows():
    content = month_of(CELLS).written("json")
    document = json.loads(content)
    assert {name: document[name] for name in ("site", "month", "threshold", "detail")} == {
        "site": "k3f9",
        "month": "2026-10",
        "threshold": 10,
        "detail": "month",
    }
    assert document["rows"][2] == {
        "dimension": "page",
        "value": "/b",
        "views": 30,
        "visits": 30,
        "visitors": 30,
        "entries": "<10",
        "engaged_visits": None,
        "engaged_seconds": None,
    }
    compact = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
    assert content.decode() == compact


def test_both_forms_hold_the_same_rows():
    rows = json.loads(month_of(CELLS).written("json"))["rows"]
    table = list(csv.DictReader(io.StringIO(month_of(CELLS).written("csv").decode())))
    as_text = [{name: "" if field is None else str(field) for name, field in row.items()} for row in rows]
    assert table == as_text


def test_the_digest_is_that_of_the_exported_rows():
    document = json.loads(month_of(CELLS).written("json"))
    text = json.dumps(document["rows"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert document["digest"] == hashlib.sha256(text.encode()).hexdigest()


def test_a_hidden_count_cannot_be_found_by_trying_what_gives_the_digest():
    """Whatever the hidden number is, the file is the same."""
    other = {**CELLS, "page": {**CELLS["page"], "/ä": [20, 20, 20, 7, 0, 0]}}
    assert month_of(other).written("json") == month_of(CELLS).written("json")


def test_a_value_that_a_spreadsheet_would_take_for_a_formula_is_made_inert():
    cells = {"referrer": {"=cmd|' /C calc'!A0": [20, 20, 20, 0, 0, 0], "-x": [20, 20, 20, 0, 0, 0]}}
    assert month_of(cells).written("csv").decode().splitlines()[1:] == [
        "referrer,'-x,,20,20,,,",
        "referrer,'=cmd|' /C calc'!A0,,20,20,,,",
    ]


def test_a_value_with_a_comma_or_a_quote_stays_one_field():
    content = month_of({"page": {'/a,"b"': [20, 20, 20, 20, 0, 0]}}).written("csv").decode()
    assert list(csv.reader(io.StringIO(content)))[1][1] == '/a,"b"'
