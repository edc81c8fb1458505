"""How long a release and a close take, on both databases, and how long they hold SQLite's write lock."""

from __future__ import annotations

import time
from collections.abc import Callable

from bench.installation import installed
from bench.pending import LAST_DAY, Holds, Waiting
from bench.results import Figure, Group, Section
from bench.scale import Scale
from tests.postgresql import PostgreSQL

LONGEST_HOLD = 100
"""Milliseconds for which the keeper may hold SQLite's write lock."""

HOURS_LATER = 13 * 3_600


def measure(scale: Scale) -> Section:
    server = PostgreSQL()
    try:
        groups = [
            _group(f"{number:,} sites of {pages:,} pages, {name}", url, number, pages)
            for number, pages in (scale.many_pages, scale.many_sites)
            for name, url in (("SQLite", ""), ("PostgreSQL", server.new_database()))
        ]
    finally:
        server.remove()
    return Section(
        "Release and close",
        "All sites at once, their counts in the spool: everything is released; then, as much again waiting, a day and "
        "a month of each site are closed. A hold is one writing transaction, from its lock to its end.",
        groups,
    )


def _group(title: str, url: str, number: int, pages: int) -> Group:
    print(f"  {title}", flush=True)
    with installed(CONSENT_DATABASE_URL=url, CONSENT_SECRET_KEYS="k" * 32) as place:
        sites = [one.site for one in place.add_sites(number, LAST_DAY)]
        waiting, holds = Waiting(place), Holds(place.engine)
        cells = waiting.fill(sites, pages)
        released = _seconds(waiting.keeper().release)
        waiting.fill(sites, pages)
        waiting.clock.now += HOURS_LATER
        during_release, holds.seconds = holds.seconds, []
        closed = _seconds(waiting.keeper().close)
    most = None if url else LONGEST_HOLD
    return Group(
        title,
        [
            Figure(f"release of {cells:,} cells", released, "s"),
            Figure("cells released in a second", cells / released, "/s"),
            Figure("close, with as many again pending", closed, "s"),
            Figure("longest hold of a release", 1000 * max(during_release), "ms", most=most),
            Figure("longest hold of a close", 1000 * max(holds.seconds), "ms", most=most),
            Figure(f"holds of a close beyond {LONGEST_HOLD} ms, of {len(holds.seconds)}", _beyond(holds.seconds)),
        ],
    )


def _seconds(step: Callable[[], object]) -> float:
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def _beyond(seconds: list[float]) -> int:
    return sum(1 for one in seconds if 1000 * one > LONGEST_HOLD)
