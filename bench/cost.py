"""What a hit costs in the application: processor time, by its parts too, and memory."""

from __future__ import annotations

import gc
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from statistics import median
from typing import Any

from bench.calls import Calls, ready
from bench.results import Figure, Group, Section
from bench.scale import Scale
from consent_service.collect.request import HitRequest

ROUNDS = 5


def measure(scale: Scale) -> Section:
    with ready() as calls:
        groups = [
            Group("Processor time of a hit", _times(calls, scale.calls)),
            Group("The same by parts, each called alone", _parts(calls, scale.calls)),
            Group("Memory of a hit", _memory(calls, scale.calls)),
        ]
    return Section(
        "What a hit costs in Python",
        f"The application called in this process as the server calls it, {scale.calls:,} times, median of {ROUNDS} "
        "rounds, less what the loop itself takes.",
        groups,
    )


def _times(calls: Calls, number: int) -> list[Figure]:
    kinds = {
        "the mix": calls.requests,
        "the first of a visit": calls.of(is_first=True),
        "a following one": calls.of(is_first=False),
    }
    app = calls.app
    return [Figure(name, _microseconds(app.decide, found, number), "µs") for name, found in kinds.items()]


def _nothing(*_: Any) -> None:
    pass


def _parts(calls: Calls, number: int) -> list[Figure]:
    """Of the mix. The parts are the collector's own, whose order `consent_service.collect.collector` has."""
    app, requests = calls.app, calls.requests
    collector, rate_limit = app.collector, app.services.rate_limit
    bodies = [request.body for request in requests]
    messages = [collector._decode(body) for body in bodies]
    site, token = collector.cache.sites[messages[0].s], collector.cache.tokens[messages[0].t]
    moment = site.at(app.services.clock())
    agents = [(one, request.agent) for one, request in zip(messages, requests, strict=True)]
    increments = [collector._increments.of_view(one, agent, moment, token) or () for one, agent in agents]
    parts: dict[str, tuple[Callable[[Any], Any], Sequence[Any]]] = {
        "sender limit": (lambda one: rate_limit.admits("127.0.0.1", one.forwarded), requests),
        "decode and validate": (collector._decode, bodies),
        "what it touches": (lambda one: collector._increments.of_view(one[0], one[1], moment, token), agents),
        "count it in the tally": (lambda one: app.writer.count(moment.book, one), increments),
    }
    return [Figure(name, _microseconds(call, found, number), "µs") for name, (call, found) in parts.items()]


def _microseconds(call: Callable[[Any], Any], items: Sequence[Any], number: int) -> float:
    """Of processor time for each call."""
    some = list(islice(cycle(items), number))
    return median(_seconds(call, some) - _seconds(_nothing, some) for _ in range(ROUNDS)) / number * 1e6


def _seconds(call: Callable[[Any], Any], items: Sequence[Any]) -> float:
    start = time.process_time()
    for one in items:
        call(one)
    return time.process_time() - start


def _memory(calls: Calls, number: int) -> list[Figure]:
    found: list[Figure] = []
    for name, is_first in (("the first of a visit", True), ("a following one", False)):
        request = calls.of(is_first)[0]
        found += [
            Figure(f"{name}: objects made and alive when it is counted", _alive(calls, request)),
            Figure(f"{name}: at most at once", _most_bytes(calls, request), "bytes"),
        ]
    return [*found, Figure("objects left after a thousand hits", _left(calls, number))]


def _alive(calls: Calls, request: HitRequest) -> float:
    """Blocks that Python's allocator has given out since the hit came, when it is about to be counted."""
    writer, alive, before = calls.app.writer, [0], 0

    def look(*_: Any) -> None:
        alive.append(sys.getallocatedblocks() - before)

    writer.count = look  # type: ignore[method-assign, assignment]
    for _ in range(100):
        before = sys.getallocatedblocks()
        calls.send([request])
    del writer.count
    return median(alive[1:])


def _most_bytes(calls: Calls, request: HitRequest) -> float:
    tracemalloc.start()
    calls.send([request] * 10)
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    calls.send([request])
    most = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    return most


def _left(calls: Calls, number: int) -> float:
    some = list(islice(cycle(calls.requests), number))
    gc.collect()
    before = sys.getallocatedblocks()
    calls.send(some)
    gc.collect()
    return (sys.getallocatedblocks() - before) / number * 1000
