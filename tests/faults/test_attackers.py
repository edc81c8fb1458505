"""Nobody holds up anybody: while one does his worst, every honest hit is answered 204 and counted once."""

import json
import subprocess
import sys

import pytest

from tests.e2e.service import wait_until
from tests.faults.attackers import ATTACKS
from tests.faults.checking import settle_up
from tests.faults.sending import ROOT, Load, targets_of

EXPECTED = {
    "slow bodies": {"closed"},  # each is given up after five seconds
    "large forms": {"404", "413", "400"},
    "sign-ins": {"403", "429"},
    "silent connections": set(),
    "unknown keys": {"403", "404"},
}
"""What the attacker is answered; 503 where a queue is full."""

RATE = 400
"""Of honest hits: on two processors the attackers have the rest."""


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[] if kind == "slow bodies" else pytest.mark.long) for kind in ATTACKS]
)
def test_while_one_does_his_worst_every_honest_hit_is_answered_and_counted_once(service, kind, seed, tmp_path):
    targets = targets_of(service)[:1]
    with Load(service, targets, seed, tmp_path, rate=RATE) as load:
        load.wait_for(RATE)  # the workers know site and token
        attack = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.attackers", kind, service.url, "12"], cwd=ROOT, stdout=subprocess.PIPE
        )
        load.wait_for(8 * RATE)
        answered = json.loads(attack.communicate(timeout=120)[0])
        assert attack.returncode == 0
        wait_until(lambda: service.get("/login") == 200, "the owner's pages to answer")
    print(f"{kind}: {answered}")
    assert load.ledger.refused == {}
    assert sum(load.ledger.unanswered.values()) == 0
    assert EXPECTED[kind] <= answered.keys() <= EXPECTED[kind] | {"503", "429", "none", "closed", "unfinished"}
    settle_up(service, load)
