"""The service beside another edition of itself, in one run: hits, memory, start, and what attackers do to each.

``BENCH_BESIDE`` names the folder of a checkout in which `make .venv/installed` was run, of commit e12a286 for issue 18.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench import processes, wrk
from bench.installation import ROOT, Installation, await_answer, installed
from bench.results import Figure, Group, Section
from bench.scale import Scale
from tests.faults.attackers import ATTACKS

HONEST_RATE, HONEST_CONNECTIONS = 200, 8
TIMES_USUAL = 5
PAGE_SECONDS = 2


class Edition(NamedTuple):
    """One of those that are compared, while it serves."""

    name: str
    folder: Path
    url: str
    requests: Path
    main: int

    @property
    def family(self) -> list[int]:
        return [self.main, *processes.children(self.main)]

    @property
    def megabytes(self) -> float:
        return sum(processes.proportional(pid) for pid in self.family)


def measure(scale: Scale) -> Section:
    folders = {"this edition": ROOT}
    if "BENCH_BESIDE" in os.environ:
        folders["the other"] = Path(os.environ["BENCH_BESIDE"])
    groups: list[Group] = []
    for workers in (1, 2):
        with ExitStack() as stack:
            editions = [stack.enter_context(_held(name, folder, workers)) for name, folder in folders.items()]
            groups += _loads(editions, workers, scale)
            if workers == 2:
                groups += [_attacked(kind, editions, scale) for kind in ATTACKS]
    groups.append(_starts(folders, scale))
    return Section(
        "Beside another edition",
        "In turns, on one machine: the realistic mix as fast as it goes; the memory of all processes as the sum of "
        f"proportional set sizes; and {HONEST_RATE} honest hits a second, with a look at the page to sign in each half "
        "second, while each of five attackers does his worst.",
        groups,
    )


@contextmanager
def _held(name: str, folder: Path, workers: int) -> Iterator[Edition]:
    command = [str(folder / ".venv/bin/python"), str(ROOT / "bench/hold.py"), str(workers)]
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        url, requests, main = process.stdout.readline().split()
        yield Edition(name, folder, url, Path(requests), int(main))
        process.stdin.close()


def _loads(editions: list[Edition], workers: int, scale: Scale) -> list[Group]:
    idle = {one.name: one.megabytes for one in editions}
    rates: dict[str, list[float]] = {one.name: [] for one in editions}
    tails: dict[str, list[float]] = {one.name: [] for one in editions}
    for one in editions:
        wrk.run(one.url, one.requests, 2)
    for _ in range(scale.rounds):
        for one in editions:
            rates[one.name].append(wrk.run(one.url, one.requests, scale.seconds).rate)
            tails[one.name].append(wrk.run(one.url, one.requests, scale.seconds, 2_000).p999)
    after = {one.name: one.megabytes for one in editions}
    title = f"{workers} worker{'s' if workers > 1 else ''}"
    return [
        Group(f"{title}: hits per second", _medians(rates, "/s")),
        Group(
            f"{title}: p99.9 at 2,000 hits a second", _figures({n: median(found) for n, found in tails.items()}, "ms")
        ),
        Group(f"{title}: memory, idle", _figures(idle, "MB", most=0.6)),
        Group(f"{title}: memory, after these hits", _figures(after, "MB", most=0.6)),
    ]


def _medians(found: dict[str, list[float]], unit: str) -> list[Figure]:
    return _figures({name: median(values) for name, values in found.items()}, unit)


def _figures(found: dict[str, float], unit: str, most: float | None = None) -> list[Figure]:
    figures = [Figure(name, value, unit) for name, value in found.items()]
    if len(found) == 2:
        ours, theirs = found.values()
        figures.append(Figure("the one to the other", ours / theirs, most=most))
    return figures


def _attacked(kind: str, editions: list[Edition], scale: Scale) -> Group:
    figures: list[Figure] = []
    for one in editions:
        print(f"  {kind}: {one.name}", flush=True)
        usual = _honest(one, scale)
        command = [sys.executable, "-m", "tests.faults.attackers", kind, one.url, str(scale.seconds + 4)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL), _looking(one.url) as looks:
            time.sleep(2)
            attacked = _honest(one, scale)
        counted = 100 * (attacked.requests - attacked.refused) / (HONEST_RATE * attacked.seconds)
        times, seconds = (TIMES_USUAL, PAGE_SECONDS) if one.folder == ROOT else (None, None)
        figures += [
            Figure(f"{one.name}: p95 as usual", usual.p95, "ms"),
            Figure(f"{one.name}: p95", attacked.p95, "ms"),
            Figure(f"{one.name}: p95 to usual", attacked.p95 / usual.p95, "times", most=times),
            Figure(f"{one.name}: of the honest hits answered 204", min(100.0, counted), "%"),
            Figure(f"{one.name}: the slowest page", max(looks), "s", most=seconds),
        ]
    return Group(f"while there are {kind}", figures)


def _honest(one: Edition, scale: Scale) -> wrk.Answers:
    return wrk.run(one.url, one.requests, scale.seconds, HONEST_RATE, HONEST_CONNECTIONS)


@contextmanager
def _looking(url: str) -> Iterator[list[float]]:
    """Seconds that the page to sign in took, each half second; twenty if it did not come."""
    looks, ending = [0.0], threading.Event()

    def look() -> None:
        while not ending.wait(0.5):
            start, took = time.monotonic(), 20.0
            with suppress(OSError), urllib.request.urlopen(f"{url}/login", timeout=20):
                took = time.monotonic() - start
            looks.append(took)

    thread = threading.Thread(target=look)
    thread.start()
    yield looks
    ending.set()
    thread.join()


def _starts(folders: dict[str, Path], scale: Scale) -> Group:
    """Wall time until a service answers, and processor time of two commands: medians of several turns."""
    with ExitStack() as stack:
        places = {name: stack.enter_context(installed()) for name in folders}
        measures: dict[str, Callable[[Path, Installation], float]] = {
            "until serve answers": _until_answered,
            "site list, of processor time": lambda folder, place: _seconds(folder, place, "site", "list"),
            "--help, of processor time": lambda folder, place: _seconds(folder, place, "--help"),
        }
        for name, folder in folders.items():
            _seconds(folder, places[name], "migrate")
        figures: list[Figure] = []
        for what, one in measures.items():
            found: dict[str, list[float]] = {name: [] for name in folders}
            for _ in range(scale.rounds + 2):
                for name, folder in folders.items():
                    found[name].append(one(folder, places[name]))
            shown = _figures({name: median(times) for name, times in found.items()}, "s", most=0.6)
            figures += [Figure(f"{what}: {each.name}", each.value, each.unit, most=each.most) for each in shown]
    return Group("Start", figures)


def _until_answered(folder: Path, place: Installation) -> float:
    start = time.monotonic()
    with subprocess.Popen(
        [folder / ".venv/bin/consent-service", "serve"], env=_environ(place), stdout=subprocess.DEVNULL
    ) as process:
        await_answer(f"{place.url}/healthz")
        seconds = time.monotonic() - start
        process.terminate()
    return seconds


def _seconds(folder: Path, place: Installation, *arguments: str) -> float:
    """Of processor time that a command takes."""
    command = [
        "/usr/bin/env",
        "bash",
        "-c",
        'TIMEFORMAT="%U %S"; time "$@"',
        "-",
        str(folder / ".venv/bin/consent-service"),
    ]
    done = subprocess.run([*command, *arguments], env=_environ(place), capture_output=True, text=True, check=True)
    return sum(map(float, re.findall(r"[\d.]+", done.stderr.splitlines()[-1])))


def _environ(place: Installation) -> dict[str, str]:
    """With a database that the edition has made itself: the place's own is of this one."""
    own = {"CONSENT_DATA_DIR": f"{place.data}-own", "CONSENT_SPOOL_DIR": str(place.folder / "own")}
    return {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **place.environ, **own}
