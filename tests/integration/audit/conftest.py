"""An installation that is looked at: a service of the test's own, on a machine that the test furnishes."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from consent_service.audit.checks import CHECKS
from consent_service.audit.installation import Installation


@pytest.fixture
def machine(tmp_path):
    """Where the machine's own files are; ``machine("proc/swaps", "...")`` writes one."""
    root = tmp_path / "machine"
    root.mkdir()

    def write(name, content=""):
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
        return file

    write.root = root
    return write


def looking(world, machine):
    """Run one check by the name of its row, on the service as it is now; settings and installation may differ."""

    def look(name, settings=None, **changes):
        config = replace(world.config, **(settings or {}))
        now, after = world.clock(), {"monotonic": time.monotonic, "pause": time.sleep, "patience": 0}
        installation = Installation(config, world.engine, now, root=machine.root, **after)
        return CHECKS[name](replace(installation, **changes))

    return look


@pytest.fixture
def look(world, machine):
    return looking(world, machine)


@pytest.fixture
def look_at_any(any_world, machine):
    """The same on each database in turn."""
    return looking(any_world, machine)
