"""Whether a hit waits while tallies are sealed and merged, counts released, periods closed, quarter and key change."""

from __future__ import annotations

import json
import time
import urllib.request
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import func, select

from bench import mix, wrk
from bench.installation import READING, ROOT, SERVICE, Installation, Visitors, installed, serving
from bench.results import Figure, Group, Section
from bench.scale import Scale
from consent_service.storage.database.engine import reading
from consent_service.storage.tables import cells, closed_periods, quarter_keys

LAST_DAY, START = date(2026, 12, 31), datetime(2026, 12, 31, 23, 59, 40, tzinfo=UTC)
"""A Thursday: at its end a day, a month, a year and a quarter are over."""

SECONDS = 70
"""Midnight comes after 20; within 35 more the keeper closes what has passed."""

OLD, NEW = "o" * 32, "n" * 32
RATE = 4_000
LONGEST_WAIT = 5
"""Milliseconds, for 999 hits of a thousand."""


def measure(scale: Scale) -> Section:
    number, _ = scale.many_pages
    with installed(CONSENT_SECRET_KEYS=OLD, CONSENT_RELEASE_SECONDS="1") as place:
        visitors = place.add_sites(number, LAST_DAY)
        requests = mix.write(place.folder / "requests", visitors)
        empty = _under(place, READING, requests, visitors)
        found = _under(place, SERVICE, requests, visitors)
        groups = [
            _latencies("the service", found, LONGEST_WAIT),
            _latencies("a 204 that reads the body", empty, None),
            _done(place),
        ]
    return Section(
        "Stalls",
        f"{RATE:,} hits a second for {SECONDS} s on {number} sites, two workers, from {START:%Y-%m-%d %H:%M:%S} on "
        "by a clock that is moved, released each second; a new secret key takes over with the quarter.",
        groups,
    )


def _under(place: Installation, target: str, requests: Path, visitors: list[Visitors]) -> wrk.Answers:
    with serving(place, target, CONSENT_SECRET_KEYS=f"{NEW},{OLD}", **_at(START)):
        if target == READING:
            return wrk.run_clean(place.url, requests, SECONDS / 4, RATE)
        wrk.run(place.url, requests, 4, RATE)  # every worker meets every site, from the database
        with wrk.Load(place.url, requests, SECONDS, RATE) as load:
            time.sleep(SECONDS / 2)
            _accept(place, visitors[0])
            return load.finish()


def _at(instant: datetime) -> dict[str, str]:
    """The time of day runs on from there; the monotonic clock, by which timers wait, is left alone."""
    shift = instant.timestamp() - time.time()
    return {"BENCH_CLOCK_SHIFT": str(shift), "PYTHONPATH": str(ROOT / "bench/clock")}


def _accept(place: Installation, who: Visitors) -> None:
    """Someone accepts in the new quarter, whose key is another."""
    with urllib.request.urlopen(f"{place.url}/s/{who.site}/notice.json") as answer:
        digest = json.load(answer)["digest"]
    urllib.request.urlopen(f"{place.url}/consent", json.dumps({"s": who.site, "n": digest}).encode()).close()


def _latencies(name: str, answers: wrk.Answers, most: float | None) -> Group:
    return Group(
        f"{name}: answered within",
        [
            Figure("p50", answers.p50, "ms"),
            Figure("p99", answers.p99, "ms"),
            Figure("p99.9", answers.p999, "ms", most=most),
            Figure("the slowest", answers.worst, "ms"),
            Figure("hits a second", answers.rate, "/s"),
            Figure("refused or broken", answers.refused + answers.broken, most=0),
        ],
    )


def _done(place: Installation) -> Group:
    """That it all happened meanwhile."""
    with reading(place.engine) as connection:
        closed = connection.execute(select(func.count()).select_from(closed_periods)).scalar_one()
        stored = connection.execute(select(func.count()).select_from(cells)).scalar_one()
        signing = connection.execute(select(func.count()).select_from(quarter_keys)).scalar_one()
    return Group(
        "Meanwhile",
        [
            Figure("periods closed", closed, least=1),
            Figure("cells stored", stored, least=1),
            Figure("quarters with a key", signing, least=2),
        ],
    )
