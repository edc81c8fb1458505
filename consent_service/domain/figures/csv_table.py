"""The table of an export as CSV: written the same each time, inert in a spreadsheet, and read back as it was."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import TypeAlias

from consent_service.domain.counting.dimensions import MEASURES

Field: TypeAlias = str | int | None

CsvRow: TypeAlias = dict[str, Field]
"""Fields by column. A number is None where it is not counted or hidden; ``marks`` says which."""

COLUMNS = ("site", "period", "dimension", "value", "label", *MEASURES, "marks")

_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_MOST_DIGITS = 18
"""More does not fit into a column of the database."""


class TableError(ValueError):
    """A table cannot be read; the message says why."""


class _Lines(list[str]):
    """What Python's writer gives for each row, with a line feed alone at its end.

    The writer quotes a field for the characters of its own line end and, in some versions of Python, for those alone.
    So it is told both, and one is taken off.
    """

    def write(self, line: str) -> None:
        self.append(f"{line[:-2]}\n")


def written(columns: Sequence[str], rows: Iterable[Mapping[str, Field]]) -> bytes:
    """In UTF-8, with a line of the columns' names first."""
    lines = _Lines()
    table = csv.writer(lines, lineterminator="\r\n")
    table.writerow(columns)
    table.writerows([inert(row[name]) for name in columns] for row in rows)
    return "".join(lines).encode()


def inert(field: Field) -> Field:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it.

    So does one that has apostrophes before it already: else nobody could tell which of them to take off.
    """
    return f"'{field}" if isinstance(field, str) and _is_formula(field) else field


def as_it_was(text: str) -> str:
    """A text without the apostrophe that `inert` put before it."""
    return text[1:] if text.startswith("'") and _is_formula(text) else text


def _is_formula(text: str) -> bool:
    return text.lstrip("'").startswith(_FORMULA)


def read(content: bytes) -> list[CsvRow]:
    """The rows of an export. Raises TableError for anything but what `written` gives of them."""
    try:
        lines = list(csv.reader(StringIO(content.decode(), newline=""), strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        raise TableError(f"it is not CSV in UTF-8: {error}") from None
    rows = [_row(line) for line in lines[1:]]
    if written(COLUMNS, rows) != content:
        raise TableError(f"it is not a table with the columns {', '.join(COLUMNS)} as the service writes it")
    return rows


def _row(line: Sequence[str]) -> CsvRow:
    if len(line) != len(COLUMNS):
        raise TableError(f"a row has {len(line)} fields and not {len(COLUMNS)}")
    fields = dict(zip(COLUMNS, line, strict=True))
    return {name: _count(text) if name in MEASURES else as_it_was(text) for name, text in fields.items()}


def _count(text: str) -> Field:
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS:
        return int(text)
    raise TableError(f"{text!r} is not a number: a count is a whole number or empty")
