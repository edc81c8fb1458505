"""The check that nothing of a load was lost or counted twice."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from consent_service.domain.counting.counts import VISITS
from consent_service.domain.counting.dimensions import DIMENSIONS
from consent_service.spool.directory import Spool
from consent_service.spool.pending import PendingStore
from tests.e2e.service import Service
from tests.faults import mix
from tests.faults.mix import Target
from tests.faults.sending import Ledger, Load
from tests.postgresql import onlooker

MEASURES = ("views", "visits", "visitors", "entries", "engaged_visits", "engaged_seconds")
OTHER = "(other)"


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
    withheld = _withheld(service)
    close_everything(service)
    check(load.ledger, database or service.environ["CONSENT_DATABASE_URL"], withheld)


def _withheld(service: Service) -> set[tuple[str, str]]:
    """Which breakdowns of which sites will not be published: those to which a single visit came since the last release.

    `domain.folding` says why. Here a release has just been made, so that nothing else is left to come.
    """
    soon = datetime.now(UTC) + timedelta(seconds=10)
    service.run("close", at=f"{soon:%Y-%m-%d %H:%M:%S}")
    store = PendingStore(Spool(Path(service.environ["CONSENT_SPOOL_DIR"])))
    return {
        (site, name)
        for site, pending in store.sites.items()
        for counts in pending.periods.values()
        for name, cells in counts.items()
        if not (DIMENSIONS[name].total or DIMENSIONS[name].many)
        if sum(numbers[VISITS] for numbers in cells.values()) == 1
    }


def close_everything(service: Service) -> None:
    """Take up what the spool holds, and close all periods, as if this year and the next were over."""
    year_after_next = datetime.now(UTC).year + 2
    service.run("close", at=f"{year_after_next}-01-05 00:00:00")


def check(ledger: Ledger, database: str, withheld: set[tuple[str, str]]) -> None:
    """Every hit that was answered is counted once in all that it touches, every other one whole or not at all."""
    targets = sorted({source.target for source in ledger.answered})
    assert targets
    for target in targets:
        stored = _stored(database, target)
        hits = mix.counted(stored, target)
        for source, number in hits.items():
            answered, unanswered = ledger.answered.get(source, 0), ledger.unanswered.get(source, 0)
            assert answered <= number <= answered + unanswered, source
        if target.is_new:
            _check_sums(stored)
        else:
            assert not any(value == OTHER for _, _, value, _ in stored), "something was folded: send more hits"
            wanted = mix.added_up(hits, target)
            _compare(stored, Counter({cell: wanted[cell] for cell in wanted if (target.site, cell[1]) not in withheld}))


def _compare(stored: mix.Cells, wanted: mix.Cells) -> None:
    """Told cell by cell: a difference says which counts are missing or twice."""
    differ = {cell: (stored[cell], wanted[cell]) for cell in stored | wanted if stored[cell] != wanted[cell]}
    assert not differ, f"cells as (stored, wanted): {differ}"


def _check_sums(stored: mix.Cells) -> None:
    """Where no value has k visitors, what was folded or found no seat adds up to the totals, and no page is told."""
    for measure in ("visits", "visitors"):
        totals = {stored[kind, "site", "", measure] for kind in mix.FLAG_OF}
        for dimension in ("referrer", "country", "language", "device", "browser", "system", "hour"):
            totals.add(sum(number for cell, number in stored.items() if cell[1] == dimension and cell[3] == measure))
        assert len(totals) == 1, f"{measure} differ: {totals}"
    assert {value for _, dimension, value, _ in stored if dimension == "referrer"} == {OTHER}
    assert not any(dimension == "page" for _, dimension, _, _ in stored)


def _stored(database: str, target: Target) -> mix.Cells:
    """All cells of a site that are closed, added up over the periods of a kind."""
    cells: mix.Cells = Counter()
    with onlooker(database).connect() as connection:
        for row in connection.execute(text("SELECT * FROM cells WHERE site = :site"), {"site": target.site}):
            if target.detail == "day" and len(row.period) == 7 and DIMENSIONS[row.dimension].detailed:
                continue  # the days once more, added up as they are shown
            kind = {4: "year", 7: "month", 8: "week", 10: "day"}[len(row.period)]
            value = "all" if row.dimension == "hour" else row.value
            for measure in MEASURES:
                cells[kind, row.dimension, value, measure] += getattr(row, measure)
    return +cells
