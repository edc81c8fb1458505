"""Where processors are busy: workers come soon, and the keeper last."""

import ctypes
import errno
import os
import platform
import struct
from pathlib import Path

import pytest

from consent_service.serving.process import KEEPER_NICE, TURN_NANOSECONDS
from tests.e2e.service import Service, wait_until
from tests.e2e.test_private_processes import family

SCHED_GETATTR = {"x86_64": 315, "aarch64": 275}
KNOWS_TURNS = tuple(map(int, platform.release().split(".")[:2])) >= (6, 12)


def attributes(threads):
    """Nice value, and the turn asked for in nanoseconds, as the kernel has them, of the threads that are left."""
    library, found = ctypes.CDLL(None, use_errno=True), ctypes.create_string_buffer(56)
    for thread in threads:
        if library.syscall(SCHED_GETATTR[os.uname().machine], thread, found, len(found), 0) == 0:
            _, _, _, nice, _, turn, _, _ = struct.unpack("=IIQiIQQQ", found.raw[:48])
            yield nice, turn
        else:
            assert ctypes.get_errno() == errno.ESRCH


@pytest.fixture
def threads(environ):
    """Of a service with two workers, the keeper's threads and the workers'."""
    service = Service({**environ, "CONSENT_WORKERS": "2"})
    service.run("migrate")
    service.start()
    wait_until(lambda: len(family(service.pid)) >= 4, "two workers and the keeper")
    keeper, workers = [], []
    for process, command in family(service.pid).items():
        found = [int(folder.name) for folder in Path(f"/proc/{process}/task").iterdir()]
        if any(b"consent_service.keeper.process" in one for one in command):
            keeper += found
        elif process != service.pid and not any(b"multiprocessing" in one for one in command):
            workers += found
    yield keeper, workers
    service.stop()


@pytest.mark.skipif(os.uname().machine not in SCHED_GETATTR, reason="this machine has other numbers")
@pytest.mark.skipif(not KNOWS_TURNS, reason="Linux before 6.12")
def test_every_thread_of_a_service_takes_short_turns_and_the_keeper_gives_way(threads):
    keeper, workers = threads
    present = os.nice(0)
    of_workers = list(attributes(workers))
    assert len(of_workers) >= 4
    assert set(of_workers) == {(present, TURN_NANOSECONDS)}
    assert set(attributes(keeper)) == {(min(19, present + KEEPER_NICE), TURN_NANOSECONDS)}
