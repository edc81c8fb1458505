"""What the audit says of the service's processes: whether they may leave a core file."""

import os
import resource
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from consent_service.audit import running
from consent_service.audit.findings import Outcome, ok

HOLDING = """
import ctypes, fcntl, os, resource, sys
lock, limit, dumpable = map(int, sys.argv[1:])
fcntl.flock(lock, fcntl.LOCK_EX)
resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))
assert ctypes.CDLL(None).prctl(4, ctypes.c_ulong(dumpable), 0, 0, 0) == 0
child = os.fork()
if child:
    print(child, flush=True)
sys.stdin.readline()
if child:
    os.waitpid(child, 0)
"""

NOBODY = 65534


@contextmanager
def held(lock: Path, limit=0, dumpable=True, user=None, python=sys.executable):
    """Another process that holds a lock of the spool, with a child; gives both numbers."""
    with lock.open("wb") as file:
        command = [python, "-I", "-c", HOLDING, str(file.fileno()), str(limit), str(int(dumpable))]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with subprocess.Popen(command, pass_fds=[file.fileno()], user=user, **pipes) as process:
            yield process.pid, int(process.stdout.readline())
            process.stdin.close()


@pytest.fixture
def ordinary():
    """What ``held`` needs so that its processes are no root's: of another user, where the tests run as root."""
    if os.geteuid() != 0:
        return {}
    python = Path("/usr/bin/python3")
    if not python.exists():
        pytest.skip("only root can run this Python")
    return {"user": NOBODY, "python": python}


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


def test_processes_that_others_of_their_user_can_read_fail(look, world, ordinary):
    with held(world.config.spool_dir / "serve.lock", **ordinary) as processes:
        found = look("core dumps")

    assert found.outcome == Outcome.FAIL
    for process in processes:
        assert f"process {process} can be read" in found.text


def test_processes_that_nobody_can_read_are_well(look, world, ordinary):
    with held(world.config.spool_dir / "serve.lock", dumpable=False, **ordinary):
        found = look("core dumps")

    assert found == ok("off for all 2 processes")


def test_a_service_of_root_is_told_and_where_its_crashes_go(look, world, machine):
    if os.geteuid() != 0:
        pytest.skip("only root has processes of root")
    machine("proc/sys/kernel/core_pattern", "|/usr/lib/systemd/systemd-coredump %P %u\n")
    with held(world.config.spool_dir / "serve.lock"):
        found = look("core dumps")

    assert found.outcome == Outcome.WARN
    assert "crashes are piped to /usr/lib/systemd/systemd-coredump" in found.text
