"""The check that nothing of a load was lost or counted twice."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections import Counter
from datetime import UTC, datetime

from sqlalchemy import text

from consent_service.domain.counting.dimensions import DIMENSIONS, MEASURES, OTHER
from tests.e2e.service import Service
from tests.faults import mix
from tests.faults.mix import Target
from tests.faults.sending import Ledger, Load
from tests.postgresql import onlooker

K = 5
"""The sites' threshold."""

Cell = tuple[str, str, str]
"""Kind of period, dimension, value."""


def readyz(service: Service) -> tuple[int, str]:
    """Status and text of the page that says what is wrong."""
    try:
        with urllib.request.urlopen(f"{service.url}/readyz") as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def settle_up(service: Service, load: Load, database: str = "") -> None:
    """Stop, close all that the spool holds, and compare what is stored with what was answered."""
    service.stop()
    close_everything(service)
    check(load.ledger, database or service.environ["CONSENT_DATABASE_URL"])


def close_everything(service: Service) -> None:
    """Take up what the spool holds, and close all periods, as if this year and the next were over."""
    year_after_next = datetime.now(UTC).year + 2
    service.run("close", at=f"{year_after_next}-01-05 00:00:00")


def check(ledger: Ledger, database: str) -> None:
    """Every hit that was answered is counted once in all that it touches, every other one whole or not at all."""
    targets = sorted({source.target for source in ledger.answered})
    assert targets
    for target in targets:
        stored, inexact = _stored(database, target)
        hits = mix.counted(stored, target, _hidden(stored, inexact, target))
        least = {source: ledger.answered.get(source, 0) for source in mix.sources([target])}
        most = {source: number + ledger.unanswered.get(source, 0) for source, number in least.items()}
        for source, number in hits.items():
            assert least[source] <= number <= most[source], source
        _check_sums(stored)
        if target.is_new:
            _check_that_no_value_is_told(stored)
            continue
        for kind, number in mix.in_all(stored).items():
            of_kind = [source for source in least if source.kind == kind]
            assert sum(least[source] for source in of_kind) <= number <= sum(most[source] for source in of_kind), kind
        _compare(stored, inexact, mix.added_up(least | hits, target), mix.added_up(most | hits, target))


def _hidden(stored: mix.Cells, inexact: set[Cell], target: Target) -> set[int]:
    """The groups of which page or entry is a cover."""
    return {
        group
        for group in range(mix.GROUPS)
        for kind, name, measure in ((target.detail, "page", "views"), ("month", "entry", "visits"))
        if (kind, name, f"/page-{group}") in inexact or not stored[kind, name, f"/page-{group}", measure]
    }


def _compare(stored: mix.Cells, inexact: set[Cell], least: mix.Cells, most: mix.Cells) -> None:
    """Told cell by cell: a difference says which counts are missing or twice.

    ``least`` and ``most`` differ only where hits went unanswered to groups that covers hide.
    """
    differ = {}
    for cell in stored | most:
        kind, name, value, measure = cell
        if value == OTHER or name == "hour" or measure not in DIMENSIONS[name].measures:
            continue
        is_cover = (kind, name, value) in inexact or not any(stored[kind, name, value, one] for one in MEASURES)
        if not (0 if is_cover else least[cell]) <= stored[cell] <= most[cell]:
            differ[cell] = (stored[cell], least[cell], most[cell])
    assert not differ, f"cells as (stored, least, most): {differ}"
    _check_covers(stored, inexact, least)


def _check_covers(stored: mix.Cells, inexact: set[Cell], least: mix.Cells) -> None:
    """At most one large value of a breakdown is not exact."""
    large = {cell[:3] for cell, number in least.items() if cell[3] == "visitors" and number >= K}
    covers = {cell for cell in large if cell in inexact or not any(stored[*cell, one] for one in MEASURES)}
    of_each = Counter(name for _, name, _ in covers if not DIMENSIONS[name].within and name != "hour")
    assert not of_each or max(of_each.values()) == 1, covers


def _check_sums(stored: mix.Cells) -> None:
    """With what is folded, each breakdown adds up to the total."""
    names = {cell[1] for cell in stored}
    for name in names:
        dimension = DIMENSIONS[name]
        if not (dimension.whole or dimension.first or name == "hour"):
            continue
        measure = MEASURES[dimension.size]
        total = sum(number for cell, number in stored.items() if (cell[1], cell[3]) == (name, measure))
        assert total == stored["month", "site", "", measure], (name, measure)
    assert {"page", "entry", "referrer", "campaign", "country", "language", "platform", "browser", "hour"} <= names
    for measure in ("views", "visits", "engaged_visits"):
        assert len({stored[kind, "site", "", measure] for kind in mix.FLAG_OF}) == 1, measure


def _check_that_no_value_is_told(stored: mix.Cells) -> None:
    """Where no value has k visitors, all are folded or find no seat; and each visit is one of a visitor."""
    assert {value for _, name, value, _ in stored if name in ("page", "entry", "referrer")} == {OTHER}
    assert len({stored[kind, "site", "", measure] for kind in mix.FLAG_OF for measure in ("visits", "visitors")}) == 1


def _stored(database: str, target: Target) -> tuple[mix.Cells, set[Cell]]:
    """All cells of a site that are closed, added up over the periods of a kind; and which of them are not exact."""
    cells: mix.Cells = Counter()
    inexact: set[Cell] = set()
    periods: dict[tuple[str, str], set[str]] = {}
    with onlooker(database).connect() as connection:
        for row in connection.execute(text("SELECT * FROM cells WHERE site = :site"), {"site": target.site}):
            if target.detail == "day" and len(row.period) == 7 and DIMENSIONS[row.dimension].detailed:
                continue  # the days once more, added up as they are shown
            kind = {4: "year", 7: "month", 8: "week", 10: "day"}[len(row.period)]
            periods.setdefault((kind, row.dimension), set()).add(row.period)
            if row.marks and not DIMENSIONS[row.dimension].total:
                inexact.add((kind, row.dimension, row.value))
            for measure in MEASURES:
                cells[kind, row.dimension, row.value, measure] += getattr(row, measure)
    for kind, name, value, _ in cells:
        if not DIMENSIONS[name].total and len(periods[kind, name]) > 1:  # each period has a cover of its own
            inexact.add((kind, name, value))
    return +cells, inexact
