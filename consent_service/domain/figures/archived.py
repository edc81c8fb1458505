"""A closed period as an archive holds it, and the cells that show the same.

An archive holds what is shown and no more: of a count that is hidden it says that it is. So does the cell that is made
of it, by `UNKNOWN`; whatever is worked out of it is what is worked out of the original.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from consent_service.domain.counting.counts import VISITORS, VISITS, Counts, PeriodCounts
from consent_service.domain.counting.dimensions import DIMENSIONS, MEASURES, Dimension
from consent_service.domain.disclosure.shown import UNKNOWN
from consent_service.domain.errors import UserError
from consent_service.domain.figures.csv_table import CsvRow


class ArchiveError(UserError):
    """An archive cannot be made or read back; the message says why."""


def cells_of(rows: Iterable[CsvRow], threshold: int, is_sum: Callable[[Dimension], bool]) -> PeriodCounts:
    """The cells of a period of which an archive has these rows. Raises ArchiveError.

    ``is_sum`` says which dimensions are closed days added up: there a sum of nothing stands for what is hidden.
    """
    cells: PeriodCounts = {}
    for row in rows:
        dimension = DIMENSIONS.get(str(row["dimension"]))
        if dimension is None:
            raise ArchiveError(f"there is no dimension {row['dimension']!r}; a newer version may have written it")
        counts = _counts(row, dimension, 0 if is_sum(dimension) else UNKNOWN)
        cells.setdefault(dimension.name, {})[str(row["value"])] = counts
        seconds = row["engaged_seconds"]
        if dimension.name == "site" and isinstance(seconds, int):
            cells["engagement"] = {"": _engagement(threshold, seconds)}
    return cells


def _counts(row: CsvRow, dimension: Dimension, hidden: int) -> Counts:
    counts = [_count(row[name], hidden) if name in dimension.measures else 0 for name in MEASURES]
    if "visitors" not in dimension.measures:
        counts[VISITORS] = counts[VISITS]  # an acceptance is its own support
    return counts


def _count(field: str | int | None, hidden: int) -> int:
    return field if isinstance(field, int) else hidden


def _engagement(threshold: int, seconds: int) -> Counts:
    """How many reported engaged time is not shown, but that they are k at least."""
    counts = [0] * len(MEASURES)
    counts[VISITS] = counts[VISITORS] = threshold
    counts[MEASURES.index("engaged_seconds")] = seconds
    return counts
