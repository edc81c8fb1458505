"""A closed period as an archive holds it, and the published rows that show the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from consent_service.domain.counting.counts import VISITORS, VISITS, Counts
from consent_service.domain.counting.dimensions import DIMENSIONS, MEASURES, Dimension
from consent_service.domain.disclosure import marks
from consent_service.domain.disclosure.marks import HIDDEN, SUM, BadMarks
from consent_service.domain.disclosure.publication import PublishedRow
from consent_service.domain.errors import UserError
from consent_service.domain.figures.csv_table import CsvRow


class ArchiveError(UserError):
    """An archive cannot be made or read back; the message says why."""


def published_rows(rows: Iterable[CsvRow], threshold: int, is_sum_of_days: bool) -> list[PublishedRow]:
    """The published rows of a period of which an archive has these. Raises ArchiveError.

    ``is_sum_of_days`` says that it is a month that was counted by day: nowhere else are visitors added up.
    """
    published = []
    for row in rows:
        dimension = DIMENSIONS.get(str(row["dimension"]))
        if dimension is None:
            raise ArchiveError(f"there is no dimension {row['dimension']!r}; a newer version may have written it")
        marked = _read_marks(row)
        seconds, of_seconds = row["engaged_seconds"], marked.get("engaged_seconds", frozenset())
        if dimension.name == "site" and isinstance(seconds, int):
            # They stand in the row of the totals, and are stored in one of their own.
            text = marks.written({"engaged_seconds": of_seconds})
            published.append(PublishedRow("engagement", "", _engagement(threshold, seconds), text))
            marked.pop("engaged_seconds", None)
        published.append(_published(row, marked, dimension, threshold, is_sum_of_days and dimension.detailed))
    return sorted(published)


def _read_marks(row: CsvRow) -> dict[str, frozenset[str]]:
    try:
        return marks.read(str(row["marks"] or ""))
    except BadMarks as error:
        raise ArchiveError(str(error)) from None


def _published(
    row: CsvRow, marked: Mapping[str, frozenset[str]], dimension: Dimension, threshold: int, is_sum: bool
) -> PublishedRow:
    value = str(row["value"])
    if not is_sum and any(SUM in some for some in marked.values()):
        raise ArchiveError(f"{dimension.name} {value!r} marks visitors as added up, and is no sum of days")
    counts = [0] * len(MEASURES)
    for place, measure in enumerate(MEASURES):
        number, is_counted = row[measure], measure in dimension.measures
        if not is_counted and measure in marked:
            raise ArchiveError(f"{dimension.name} {value!r} marks {measure}, which it does not count")
        if is_counted and (number is None) != (HIDDEN in marked.get(measure, ())):
            raise ArchiveError(f"the marks of {dimension.name} {value!r} contradict its {measure}")
        if is_counted and isinstance(number, int):
            counts[place] = number
    if "visitors" not in dimension.measures:
        counts[VISITORS] = counts[VISITS]  # an acceptance is its own support
    if counts[VISITORS] < threshold:
        raise ArchiveError(f"{dimension.name} {value!r} rests on fewer visitors than the threshold")
    return PublishedRow(dimension.name, value, counts, marks.written(marked))


def _engagement(threshold: int, seconds: int) -> Counts:
    """How many reported engaged time is not shown, but that they are k at least."""
    counts = [0] * len(MEASURES)
    counts[VISITS] = counts[VISITORS] = threshold
    counts[MEASURES.index("engaged_seconds")] = seconds
    return counts
