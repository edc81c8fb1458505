"""Mixes that hurt: what a quiet site's visitors notice while somebody else does their worst."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from bench import crowds, mix, processes, wrk
from bench.installation import Installation, Server, Visitors, installed, serving
from bench.results import Figure, Group, Section
from bench.scale import Scale
from consent_service.spool import room
from consent_service.spool.place import Spool

QUIET_RATE, QUIET_CONNECTIONS = 200, 8
TIMES_USUAL = 5
"""How much longer than usual the slowest in a hundred of a quiet site's hits may take."""

LOUD_CONNECTIONS = 64
SLOW_SENDERS = 500


class Scene(NamedTuple):
    """What disturbances need: a service that runs, and the requests of each."""

    place: Installation
    server: Server
    quiet: Path
    loud: Path
    new: Path
    many: Path
    seconds: int
    idle: int

    def loads(self, requests: Path, kind: wrk.Kind = "as written") -> wrk.Load:
        """As fast as it goes, for longer than the quiet site is looked at."""
        return wrk.Load(self.place.url, requests, self.seconds + 3, 0, LOUD_CONNECTIONS, kind)


class Disturbance(NamedTuple):
    name: str
    begin: Callable[[Scene], AbstractContextManager[object]]


DISTURBANCES = (
    Disturbance("another site flooded", lambda scene: scene.loads(scene.loud)),
    Disturbance("all new in every hit", lambda scene: scene.loads(scene.new, "new")),
    Disturbance("many sites at once", lambda scene: scene.loads(scene.many)),
    Disturbance("bodies of a megabyte", lambda scene: scene.loads(scene.loud, "large")),
    Disturbance("slow senders", lambda scene: crowds.slow(scene.place, SLOW_SENDERS)),
    Disturbance("idle connections", lambda scene: crowds.idle(scene.place, scene.idle)),
)


def measure(scale: Scale) -> Section:
    number = scale.many_sites[0]
    with installed() as place:
        visitors = place.add_sites(number, datetime.now(UTC).date())
        with serving(place) as server:
            scene = _scene(place, server, visitors, scale)
            wrk.run_clean(place.url, scene.loud, 2)
            wrk.run_clean(place.url, scene.quiet, 2)
            usual = _quiet(scene)
            groups = [_group("as usual", usual, usual, scene)]
            groups += [_disturbed(one, scene, usual) for one in DISTURBANCES]
    return Section(
        "Mixes that hurt",
        f"Two workers; a quiet site has {QUIET_RATE} hits a second; beside it one site or {number:,} are flooded over "
        f"{LOUD_CONNECTIONS} connections as fast as it goes, {SLOW_SENDERS} senders send a byte each half second, or "
        f"{scale.idle:,} connections say nothing. The load generators take their part of the same processors.",
        groups,
    )


def _scene(place: Installation, server: Server, visitors: list[Visitors], scale: Scale) -> Scene:
    return Scene(
        place=place,
        server=server,
        quiet=mix.write(place.folder / "quiet", visitors[:1]),
        loud=mix.write(place.folder / "loud", visitors[1:2]),
        new=mix.write_new(place.folder / "new", visitors[1:2]),
        many=mix.write(place.folder / "many", visitors[2:]),
        seconds=2 * scale.seconds,
        idle=scale.idle,
    )


def _quiet(scene: Scene) -> wrk.Answers:
    return wrk.run(scene.place.url, scene.quiet, scene.seconds, QUIET_RATE, QUIET_CONNECTIONS)


def _disturbed(disturbance: Disturbance, scene: Scene, usual: wrk.Answers) -> Group:
    print(f"  {disturbance.name}", flush=True)
    with disturbance.begin(scene) as load:
        found = _quiet(scene)
        others = load.finish() if isinstance(load, wrk.Load) else None
    return _group(disturbance.name, found, usual, scene, others)


def _group(name: str, found: wrk.Answers, usual: wrk.Answers, scene: Scene, others: wrk.Answers | None = None) -> Group:
    workers = scene.server.workers
    figures = [
        Figure("the quiet site: p50", found.p50, "ms"),
        Figure("the quiet site: p99", found.p99, "ms"),
        Figure("the quiet site: p99 against usual", found.p99 / usual.p99, "times", most=TIMES_USUAL),
        Figure("the quiet site: hits refused or broken", found.refused + found.broken, most=0),
        Figure("the largest worker", max(map(processes.resident, workers)), "MB"),
        Figure("the keeper", processes.resident(scene.server.keeper), "MB"),
        Figure("the spool", _spool(scene), "MB"),
    ]
    if others:
        figures += [
            Figure("the others: answers a second", others.rate, "/s"),
            Figure("the others: of them refused or broken", others.refused + others.broken),
        ]
    return Group(name, figures)


def _spool(scene: Scene) -> float:
    """Without the tallies, which come and go."""
    return room.measured(Spool(scene.place.config.spool_dir))[0] / processes.MEGABYTE
