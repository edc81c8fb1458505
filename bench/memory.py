"""What stays in memory and on disk: of many hits on one site, and of many pages on many sites."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from bench import mix, processes, wrk
from bench.installation import Installation, Server, installed, serving
from bench.processes import MEGABYTE
from bench.results import Figure, Group, Section
from bench.scale import Scale

STEADY = 4_000
"""Hits a second, so that the keeper keeps up with tallies in which all is new."""

SETTLING = 8
"""Seconds in which the keeper merges and releases what came last."""


def measure(scale: Scale) -> Section:
    number, pages = scale.many_pages
    return Section(
        "Memory and bytes",
        f"Two workers; resident memory, shared pages included, before and after {scale.hits:,} hits of the mix on one "
        f"site; and with {number} sites of {pages:,} pages, each seen by twelve visitors.",
        [*_many_hits(scale), _many_pages(number, pages)],
    )


def _many_hits(scale: Scale) -> list[Group]:
    with installed(CONSENT_RELEASE_SECONDS="5") as place:
        requests = mix.write(place.folder / "requests", place.add_sites(1, datetime.now(UTC).date()))
        with serving(place) as server:
            wrk.run_clean(place.url, requests, 4)
            _settle()
            before, taken = _memory(server, "before"), _bytes(place)
            sent = _send(place.url, requests, scale.hits)
            _settle()
            after, more = _memory(server, f"after {sent:,} hits"), _bytes(place)
    growth = [
        Figure(f"{name}, per million hits", (more[name] - taken[name]) / sent * 1e6 / MEGABYTE, "MB", most=most)
        for name, most in (("database", 0.1), ("spool", None))
    ]
    return [Group("Resident memory", [*before, *after]), Group("Growth", growth)]


def _send(url: str, requests: Path, hits: int) -> int:
    """At least so many, as fast as it goes; gives the number."""
    sent = 0
    while sent < hits:
        sent += wrk.run_clean(url, requests, 10 if hits - sent > 200_000 else 2).requests
    return sent


def _many_pages(number: int, pages: int) -> Group:
    with installed(CONSENT_RELEASE_SECONDS="5") as place:
        requests = mix.write_pages(place.folder / "requests", place.add_sites(number, datetime.now(UTC).date()), pages)
        with serving(place) as server:
            answers = wrk.run(place.url, requests, 12 * number * pages / STEADY, STEADY)
            _settle()
            found, taken = _memory(server, f"after {answers.requests:,} hits"), _bytes(place)
            most = [
                Figure("keeper at the most", processes.most_resident(server.keeper), "MB", most=150),
                Figure("hits refused", answers.refused + answers.broken, most=0),
            ]
    stored = [Figure(name, size / MEGABYTE, "MB") for name, size in taken.items()]
    return Group(f"{number} sites of {pages:,} pages", [*found, *most, *stored])


def _memory(server: Server, when: str) -> list[Figure]:
    workers = [Figure(f"worker {n}, {when}", processes.resident(pid), "MB", most=90) for n, pid in _numbered(server)]
    own = [Figure(f"worker {n}, {when}: its own", processes.private(pid), "MB") for n, pid in _numbered(server)]
    return [*workers, *own, Figure(f"keeper, {when}", processes.resident(server.keeper), "MB", most=150)]


def _numbered(server: Server) -> list[tuple[int, int]]:
    return list(enumerate(server.workers, 1))


def _bytes(place: Installation) -> dict[str, int]:
    """The database with its log, and the spool without the tallies, which come and go."""
    spool = place.config.spool_dir
    return {
        "database": sum(file.stat().st_size for file in place.data.glob("consent.sqlite3*")),
        "spool": sum(file.stat().st_size for file in (spool / "pending").iterdir()),
    }


def _settle() -> None:
    time.sleep(SETTLING)
