"""Workers, keeper and main process are killed under load: every hit answered 204 is counted exactly once."""

import random

from tests.e2e.service import wait_until
from tests.faults import mix
from tests.faults.checking import settle_up
from tests.faults.processes import Processes, children, is_alive, kill
from tests.faults.sending import LEAST_RATE, Load, targets_of

SHORT, LONG = 5, 60
"""Kills."""

LONGEST_PAUSE = {"short": 4_000, "long": 24_000}
"""Hits between two kills, at most."""

VICTIMS = {"worker": 6, "keeper": 3, "main": 1}
"""Who is killed, and how often in relation."""


def test_whoever_is_killed_every_hit_answered_204_is_counted_exactly_once(service, seed, is_long, tmp_path):
    chance = random.Random(seed)
    victims = mix.any_victims(chance, LONG if is_long else SHORT, VICTIMS)
    with Load(service, targets_of(service), seed, tmp_path) as load:
        load.wait_for(20_000 if is_long else 10_000)
        for victim in victims:
            load.wait_for(chance.randrange(500, LONGEST_PAUSE["long" if is_long else "short"]))
            strike(service, victim, chance)
        load.wait_for(5_000)
    print(", ".join(f"{victims.count(kind)} {kind}" for kind in VICTIMS), "killed")
    print(f"{load.steady_rate:.0f} hits a second, but for the time without a main process")
    settle_up(service, load)
    assert not is_long or load.steady_rate >= LEAST_RATE


def strike(service, victim, chance):
    """Kill one; when the main process is gone, start again, as a supervisor does."""
    processes = Processes(service)
    if victim == "main":
        left = children(processes.main)
        service.kill()
        wait_until(lambda: not any(map(is_alive, left)), "the processes of a main process that was killed to end")
        service.start()
        return
    wait_until(lambda: processes.workers and processes.keeper, "workers and keeper to be there")
    kill(chance.choice(processes.workers) if victim == "worker" else processes.keeper[0])
