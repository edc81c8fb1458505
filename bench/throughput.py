"""Hits per second and how soon they are answered, beside servers that show the limits, in turns."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench import mix, nginx, processes, wrk
from bench.installation import FLASK, READING, SERVICE, Server, installed, serving
from bench.results import Figure, Group, Section
from bench.scale import Scale

NAMES = {
    "the service": SERVICE,
    "a 204 that reads the body": READING,
    "Flask's own /hit": FLASK,
}
NGINX = "nginx answering 204"
WARM_UP = 2
"""seconds, in which every worker meets site and token"""


class Contender(NamedTuple):
    """A server that is measured, with what is sent to it."""

    url: str
    requests: Path
    server: Server | None

    def cpu_seconds(self) -> float:
        return processes.cpu_seconds(self.server.workers) if self.server else 0


class Round(NamedTuple):
    rate: float
    microseconds: float
    """of the workers' processor time for each request"""


def measure(scale: Scale) -> Section:
    groups: list[Group] = []
    for workers in scale.workers:
        with ExitStack() as stack:
            groups += _compare(_start(stack, workers), workers, scale)
    return Section(
        "Hits per second",
        f"The realistic mix with all checks on, over {wrk.CONNECTIONS} connections, the load generator beside it; "
        f"medians of {scale.rounds} interleaved rounds of {scale.seconds} s. Latencies at half the top rate of each.",
        groups,
    )


def _start(stack: ExitStack, workers: int) -> dict[str, Contender]:
    """All at once, each with folders of its own: who is not measured is idle."""
    found: dict[str, Contender] = {}
    for name, target in NAMES.items():
        place = stack.enter_context(installed(CONSENT_WORKERS=str(workers)))
        visitors = place.add_sites(1, datetime.now(UTC).date())
        requests = mix.write(place.folder / "requests", visitors)
        server = stack.enter_context(serving(place, target))
        found[name] = Contender(place.url, requests, server)
    found[NGINX] = Contender(stack.enter_context(nginx.answering(workers)), found["the service"].requests, None)
    return found


def _compare(contenders: dict[str, Contender], workers: int, scale: Scale) -> list[Group]:
    for one in contenders.values():
        wrk.run(one.url, one.requests, WARM_UP)
    rounds: dict[str, list[Round]] = {name: [] for name in contenders}
    for number in range(scale.rounds):
        for name, one in contenders.items():
            rounds[name].append(_round(one, scale.seconds))
            print(f"  {workers} workers, round {number + 1}: {name:20} {rounds[name][-1].rate:9,.0f}/s", flush=True)
    rates = {name: median(one.rate for one in found) for name, found in rounds.items()}
    return [
        Group(f"{workers} workers: requests per second", [Figure(name, rate, "/s") for name, rate in rates.items()]),
        Group(f"{workers} workers: the service against", _ratios(rates, is_target=workers == 2)),
        Group(
            f"{workers} workers: processor time of the workers",
            [Figure(name, median(one.microseconds for one in rounds[name]), "µs per request") for name in NAMES],
        ),
        Group(f"{workers} workers: answered within", _latencies(contenders, rates, scale)),
    ]


def _round(one: Contender, seconds: int) -> Round:
    before = one.cpu_seconds()
    answers = wrk.run_clean(one.url, one.requests, seconds)
    return Round(answers.rate, (one.cpu_seconds() - before) / answers.requests * 1e6)


def _ratios(rates: dict[str, float], is_target: bool) -> list[Figure]:
    least = {"a 204 that reads the body": 0.7, "Flask's own /hit": 4.0} if is_target else {}
    return [
        Figure(name, rates["the service"] / rate, least=least.get(name))
        for name, rate in rates.items()
        if name != "the service"
    ]


def _latencies(contenders: dict[str, Contender], rates: dict[str, float], scale: Scale) -> list[Figure]:
    found: list[Figure] = []
    for name, one in contenders.items():
        answers = wrk.run_clean(one.url, one.requests, scale.seconds, rates[name] / 2)
        times = {"p50": answers.p50, "p99": answers.p99, "p99.9": answers.p999}
        found += [Figure(f"{name}, {part} at {answers.rate:,.0f}/s", time, "ms") for part, time in times.items()]
    return found
