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


def of_threads(service):
    """What `attributes` gives of the keeper's threads, and of the workers'."""
    keeper, workers = [], []
    for process, name in family(service.pid).items():
        threads = [int(folder.name) for folder in Path(f"/proc/{process}/task").iterdir()]
        if name == "consent-keeper":
            keeper += attributes(threads)
        elif name == "consent-worker":
            workers += attributes(threads)
    return keeper, workers


@pytest.fixture
def service(environ):
    running = Service({**environ, "CONSENT_WORKERS": "2"})
    running.run("migrate")
    running.start()
    yield running
    running.stop()


@pytest.mark.skipif(os.uname().machine not in SCHED_GETATTR, reason="this machine has other numbers")
@pytest.mark.skipif(not KNOWS_TURNS, reason="Linux before 6.12")
def test_every_thread_of_a_service_takes_short_turns_and_the_keeper_gives_way(service):
    present = os.nice(0)

    def is_as_wished():
        keeper, workers = of_threads(service)
        return (
            len(workers) >= 4
            and set(workers) == {(present, TURN_NANOSECONDS)}
            and set(keeper) == {(min(19, present + KEEPER_NICE), TURN_NANOSECONDS)}
        )

    # The service is ready with its first worker: the second may not have come so far.
    wait_until(is_as_wished, "all threads to take short turns")
