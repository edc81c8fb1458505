"""What the audit says of the service's processes: whether they may leave a core file."""

import os
import resource
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from consent_service.audit import running
from consent_service.audit.findings import Outcome

HOLDING = """
import fcntl, resource, subprocess, sys
fcntl.flock(int(sys.argv[1]), fcntl.LOCK_EX)
resource.setrlimit(resource.RLIMIT_CORE, (int(sys.argv[2]), int(sys.argv[2])))
child = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
print(child.pid, flush=True)
sys.stdin.readline()
child.communicate()
"""


@contextmanager
def held(lock: Path, limit=0, user=None, python=sys.executable):
    """Another process that holds a lock of the spool, with a child; gives both numbers."""
    with lock.open("wb") as file:
        command = [python, "-I", "-c", HOLDING, str(file.fileno()), str(limit)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with subprocess.Popen(command, pass_fds=[file.fileno()], user=user, **pipes) as process:
            yield process.pid, int(process.stdout.readline())
            process.stdin.close()


def test_a_service_that_does_not_run_could_not_be_checked(look):
    assert look("core dumps").outcome == Outcome.UNKNOWN


@pytest.mark.parametrize("name", running.LOCKS)
def test_a_process_that_may_leave_core_files_fails(look, world, name):
    if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0 and os.geteuid() != 0:
        pytest.skip("core files are forbidden here")
    with held(world.config.spool_dir / name, limit=4096) as processes:
        found = look("core dumps")

    assert found.outcome == Outcome.FAIL
    for process in processes:
        assert f"process {process} may leave core files" in found.text


def test_a_process_that_others_of_its_user_can_read_fails(look, world):
    is_root, everyones = os.geteuid() == 0, Path("/usr/bin/python3")
    if is_root and not everyones.exists():
        pytest.skip("only root can run this Python")
    other = {"user": 65534, "python": everyones} if is_root else {}
    with held(world.config.spool_dir / "serve.lock", **other) as (process, _):
        found = look("core dumps")

    assert found.outcome == Outcome.FAIL
    assert f"process {process} can be read" in found.text


def test_a_service_of_root_is_told_and_where_its_crashes_go(look, world, machine):
    if os.geteuid() != 0:
        pytest.skip("only root has processes of root")
    machine("proc/sys/kernel/core_pattern", "|/usr/lib/systemd/systemd-coredump %P %u\n")
    with held(world.config.spool_dir / "serve.lock"):
        found = look("core dumps")

    assert found.outcome == Outcome.WARN
    assert "crashes are piped to /usr/lib/systemd/systemd-coredump" in found.text
