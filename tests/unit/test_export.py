"""Closed months as a file."""

import csv
import hashlib
import io
import json

import pytest

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting.dimensions import DIMENSIONS
from consent_service.domain.disclosure.shown import show_row
from consent_service.domain.figures import monthly
from consent_service.domain.figures.monthly import MonthlyExport

HEADER = "site,period,dimension,value,label,views,visits,visitors,engaged_visits,engaged_seconds,marks"

CELLS = {
    "site": {"": ([90, 60, 50, 0, 0], "engaged_visits?")},
    "page": {
        "/b": ([30, 30, 30, 0, 0], ""),
        "/ä": ([20, 20, 20, 0, 0], "views>= visits>= visitors>="),
        "/B": ([50, 50, 50, 0, 0], ""),
        "(other)": ([40, 0, 10, 0, 0], "visits? visitors>="),
    },
    "country": {"NA": ([60, 60, 50, 0, 0], "")},
    "consent": {"9a03b1c2d3": ([50, 50, 50, 0, 0], "")},
}


def month_of(cells, month="2026-10"):
    shown = {
        name: {value: show_row(DIMENSIONS[name], *cell) for value, cell in breakdown.items()}
        for name, breakdown in cells.items()
    }
    return MonthlyExport("k3f9", Period.parse(month), 10, "month", shown)


def as_csv(*months):
    return monthly.written(months, "csv", len(months) == 1).decode()


def as_json(*months, is_single=True):
    return json.loads(monthly.written(months, "json", is_single))


def test_the_table_is_written_in_the_fixed_columns_ordered_by_dimension_and_value():
    assert as_csv(month_of(CELLS)) == "\n".join(
        [
            HEADER,
            "k3f9,2026-10,consent,9a03b1c2d3,notice 9a03b1c2,,50,,,,",
            "k3f9,2026-10,country,NA,Namibia,,60,50,,,",
            "k3f9,2026-10,page,(other),(other),40,,10,,,visits? visitors>=",
            "k3f9,2026-10,page,/B,/B,50,50,50,,,",
            "k3f9,2026-10,page,/b,/b,30,30,30,,,",
            "k3f9,2026-10,page,/ä,/ä,20,20,20,,,views>= visits>= visitors>=",
            "k3f9,2026-10,site,,all,90,60,50,,,engaged_visits?",
            "",
        ]
    )


def test_a_month_in_which_nothing_is_published_is_a_header_alone():
    assert as_csv(month_of({"site": {}, "page": {}})) == HEADER + "\n"


def test_months_follow_one_another_under_one_header():
    september, october = month_of(CELLS, "2026-09"), month_of(CELLS)
    lines = as_csv(september, october).splitlines(keepends=True)

    assert "".join(lines[:8]) == as_csv(september)
    assert "".join([lines[0], *lines[8:]]) == as_csv(october)


def test_several_months_are_a_list_in_json_and_a_single_one_is_not():
    september, october = month_of(CELLS, "2026-09"), month_of(CELLS)

    assert as_json(october) == october.document
    assert as_json(september, october, is_single=False) == {"months": [september.document, october.document]}
    assert as_json(october, is_single=False) == {"months": [october.document]}


def test_json_has_the_same_names_and_what_the_month_was_closed_with_around_the_rows():
    content = monthly.written([month_of(CELLS)], "json", True)
    document = json.loads(content)
    assert {name: document[name] for name in ("site", "month", "threshold", "detail")} == {
        "site": "k3f9",
        "month": "2026-10",
        "threshold": 10,
        "detail": "month",
    }
    assert document["rows"][2] == {
        "site": "k3f9",
        "period": "2026-10",
        "dimension": "page",
        "value": "(other)",
        "label": "(other)",
        "views": 40,
        "visits": None,
        "visitors": 10,
        "engaged_visits": None,
        "engaged_seconds": None,
        "marks": "visits? visitors>=",
    }
    compact = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
    assert content.decode() == compact


def test_both_forms_hold_the_same_rows():
    rows = as_json(month_of(CELLS))["rows"]
    table = list(csv.DictReader(io.StringIO(as_csv(month_of(CELLS)))))
    as_text = [{name: "" if field is None else str(field) for name, field in row.items()} for row in rows]
    assert table == as_text


def test_a_column_of_numbers_holds_a_whole_number_or_nothing():
    for row in csv.DictReader(io.StringIO(as_csv(month_of(CELLS)))):
        assert all(not row[name] or row[name].isdigit() for name in HEADER.split(",")[5:10])


def digested(row):
    return {name: field for name, field in row.items() if name not in ("site", "label")}


def test_the_digest_is_that_of_the_exported_rows_without_key_and_labels():
    document = as_json(month_of(CELLS))
    rows = [digested(row) for row in document["rows"]]
    text = json.dumps(rows, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert document["digest"] == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("name", ["period", "value", "visits", "marks"])
def test_the_digest_moves_with_everything_else(name):
    rows = month_of(CELLS).rows
    changed = [{**rows[0], name: "another"}, *rows[1:]]
    assert monthly.digest_of(changed) != monthly.digest_of(rows)
    assert monthly.digest_of([{**row, "site": "", "label": ""} for row in rows]) == monthly.digest_of(rows)


def test_a_hidden_count_cannot_be_found_by_trying_what_gives_the_digest():
    """Whatever the hidden number is, the file is the same."""
    other = {**CELLS, "site": {"": ([90, 60, 50, 7, 0], "engaged_visits?")}}
    assert as_json(month_of(other)) == as_json(month_of(CELLS))


def test_a_value_that_a_spreadsheet_would_take_for_a_formula_is_made_inert():
    counts = ([20, 20, 20, 0, 0], "")
    cells = {"referrer": {"=cmd|' /C calc'!A0": counts, "-x": counts}}
    assert as_csv(month_of(cells)).splitlines()[1:] == [
        "k3f9,2026-10,referrer,'-x,'-x,,20,20,,,",
        "k3f9,2026-10,referrer,'=cmd|' /C calc'!A0,'=cmd|' /C calc'!A0,,20,20,,,",
    ]


def test_a_value_with_a_comma_or_a_quote_stays_one_field():
    content = as_csv(month_of({"page": {'/a,"b"': ([20, 20, 20, 0, 0], "")}}))
    assert list(csv.reader(io.StringIO(content)))[1][3] == '/a,"b"'
