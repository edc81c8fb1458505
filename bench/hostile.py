"""Mixes that hurt: what a quiet site's visitors notice while somebody else does their worst."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from bench import crowds, mix, processes, wrk
from bench.installation import Installation, Server, Visitors, installed, serving
from bench.results import Figure, Group, Section
from bench.scale import Scale
from consent_service.spool import capacity
from consent_service.spool.directory import Spool

QUIET_RATE, QUIET_CONNECTIONS = 200, 8
TIMES_USUAL = 5
"""How much longer than usual the slowest in a hundred of a quiet site's hits may take."""

LOUD_CONNECTIONS = 16
"""Each waits for its answer before it sends again: at 45,000 answers a second each hit has a third of a millisecond of
others before it, and with more connections in proportion, in any server that answers in turn."""
MANY_RATE = 4_000
SLOW_SENDERS = 500


class Scene(NamedTuple):
    """What disturbances need: a service that runs, the address to use, and the requests of each."""

    place: Installation
    server: Server
    url: str
    quiet: Path
    loud: Path
    new: Path
    many: Path
    seconds: int
    idle: int

    def loads(self, requests: Path, kind: wrk.Kind = "as written", rate: float = 0) -> wrk.Load:
        """As fast as it goes without a rate, for longer than the quiet site is looked at."""
        return wrk.Load(self.url, requests, self.seconds + 3, rate, LOUD_CONNECTIONS, kind)


class Disturbance(NamedTuple):
    name: str
    begin: Callable[[Scene], AbstractContextManager[object]]


DISTURBANCES = (
    Disturbance("another site flooded", lambda scene: scene.loads(scene.loud)),
    Disturbance("all new in every hit", lambda scene: scene.loads(scene.new, "new")),
    Disturbance("many sites at once", lambda scene: scene.loads(scene.many, rate=MANY_RATE)),
    Disturbance("bodies of a megabyte", lambda scene: scene.loads(scene.loud, "large")),
    Disturbance("idle connections", lambda scene: crowds.idle(scene.url, scene.idle)),
    Disturbance("slow senders", lambda scene: crowds.slow(scene.url, SLOW_SENDERS)),
)


def measure(scale: Scale) -> Section:
    number = scale.many_sites[0]
    with installed() as place:
        visitors = place.add_sites(number, datetime.now(UTC).date())
        with serving(place) as server:
            scene = _scene(place, server, visitors, scale)
            for requests in (scene.loud, scene.quiet):
                wrk.run_clean(place.url, requests, 2)
            wrk.run(place.url, scene.many, scale.seconds, MANY_RATE)  # a worker has met all sites
            groups = _groups("as usual", DISTURBANCES, scene)
    return Section(
        "Mixes that hurt",
        f"Two workers; a quiet site has {QUIET_RATE} hits a second; beside it one site is flooded over "
        f"{LOUD_CONNECTIONS} connections as fast as it goes, {number:,} sites have {MANY_RATE:,} hits a second, "
        f"{SLOW_SENDERS} senders send a byte each half second, or {scale.idle:,} connections say nothing. The load "
        "generators take their part of the same processors.",
        groups,
    )


def _scene(place: Installation, server: Server, visitors: list[Visitors], scale: Scale) -> Scene:
    return Scene(
        place=place,
        server=server,
        url=place.url,
        quiet=mix.write(place.folder / "quiet", visitors[:1]),
        loud=mix.write(place.folder / "loud", visitors[1:2]),
        new=mix.write_new(place.folder / "new", visitors[1:2]),
        many=mix.write(place.folder / "many", visitors[2:]),
        seconds=2 * scale.seconds,
        idle=scale.idle,
    )


def _groups(name: str, disturbances: Iterable[Disturbance], scene: Scene) -> list[Group]:
    usual = _quiet(scene)
    found = [Group(name, [*_noticed(usual, usual), *_held(scene)])]
    for one in disturbances:
        print(f"  {one.name}", flush=True)
        with one.begin(scene) as load:
            quiet = _quiet(scene)
            others = _others(load.finish()) if isinstance(load, wrk.Load) else []
        found.append(Group(one.name, [*_noticed(quiet, usual), *_held(scene), *others]))
    return found


def _quiet(scene: Scene) -> wrk.Answers:
    return wrk.run(scene.url, scene.quiet, scene.seconds, QUIET_RATE, QUIET_CONNECTIONS)


def _noticed(quiet: wrk.Answers, usual: wrk.Answers) -> list[Figure]:
    """By the quiet site's visitors. Without any answer there is no latency, and wrk says 0."""
    counted = 100 * (quiet.requests - quiet.refused) / (QUIET_RATE * quiet.seconds)
    return [
        Figure("the quiet site: hits counted, of those that were due", min(counted, 100), "%", least=95),
        Figure("the quiet site: p50", quiet.p50, "ms"),
        Figure("the quiet site: p99", quiet.p99, "ms"),
        Figure("the quiet site: p99 against usual", quiet.p99 / usual.p99, "times", most=TIMES_USUAL),
    ]


def _held(scene: Scene) -> list[Figure]:
    return [
        Figure("the largest worker", max(map(processes.resident, scene.server.workers)), "MB"),
        Figure("the keeper", processes.resident(scene.server.keeper), "MB"),
        Figure("the spool", _spool(scene), "MB"),
    ]


def _others(others: wrk.Answers) -> list[Figure]:
    return [
        Figure("the others: answers a second", others.rate, "/s"),
        Figure("the others: of them refused or broken", others.refused + others.broken),
    ]


def _spool(scene: Scene) -> float:
    """Without the tallies, which come and go."""
    return capacity.usage(Spool(scene.place.config.spool_dir))[0] / processes.MEGABYTE
