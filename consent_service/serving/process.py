"""What a process does to itself when it starts: Linux's own means, with nothing to install."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NAME = 15

_SCHED_SETATTR = {"x86_64": 314, "aarch64": 274, "riscv64": 274}
"""The number of the system call, which the C library has no function for before glibc 2.41."""

TURN_NANOSECONDS = 100_000
"""The shortest that Linux takes. A hit takes some 30 µs, and the kernel's own turn is 3 ms."""

KEEPER_NICE = 10
"""A ninth of a worker's share where all processors are busy, all that is left over where they are not."""


def harden() -> None:
    """No core dumps, no debugger of the same user, and files that only the service's user can read.

    Raises OSError if the kernel refuses, which it does not on Linux.
    """
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _prctl(_PR_SET_DUMPABLE, 0)


def open_many_files() -> int:
    """Let this process and those that it starts open as many files as the machine lets it; gives the number."""
    least, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most == resource.RLIM_INFINITY:
        return least
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def lower_priority() -> None:
    """Let the workers beside this process have a busy processor first: who waits for them is a visitor's browser."""
    os.nice(KEEPER_NICE)
    shorten_time_slices()


def shorten_time_slices() -> None:
    """Ask the kernel for shorter turns of this thread, and those that it starts, so that each comes sooner.

    A hit waits for whoever else has the processor, and who wants little of it goes first. Linux knows this wish since
    6.12 (``sched_runtime`` in sched_setattr(2)); before, and where it is forbidden, nothing changes.
    """
    number = _SCHED_SETATTR.get(os.uname().machine)
    if number and os.sched_getscheduler(0) == os.SCHED_OTHER:
        nice = os.getpriority(os.PRIO_PROCESS, 0)
        # struct sched_attr: size, policy, flags, nice, priority, runtime, deadline, period
        wish = struct.pack("=IIQiIQQQ", 48, os.SCHED_OTHER, 0, nice, 0, TURN_NANOSECONDS, 0, 0)
        ctypes.CDLL(None).syscall(number, 0, wish, 0)


def end_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent dies: an orphaned worker would hold the port.

    Killed and not told: nothing is lost by it, and a worker that was told would wait for its slowest sender.
    """
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the call
        os.kill(os.getpid(), signal.SIGKILL)


def set_name(name: str) -> None:
    """Give this process the name that `ps -o comm` and `top` show; 15 bytes of it."""
    buffer = ctypes.create_string_buffer(name.encode()[:15])
    _prctl(_PR_SET_NAME, ctypes.addressof(buffer))


def _prctl(option: int, argument: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, ctypes.c_ulong(argument), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
