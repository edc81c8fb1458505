"""The main process: forks the others, starts again whichever dies, and ends them in order.

It has one thread and holds no connection and no mapping when it forks, so a child begins with nothing that another
process uses: what the main process has open, its locks among them, a child closes first of all. What was imported
before, all share.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from consent_service.serving import faults, process

log = logging.getLogger(__name__)

LEAST_PAUSE, MOST_PAUSE = 1, 10
LONG_LIFE = 10
"""Seconds after which a process that dies did not die at once."""

STOP_SECONDS = 10
"""How long workers that were told to stop are waited for."""

_STOPS = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
"""The last comes when the terminal is closed, to children too, which are told by the main process instead."""

_WAITED_FOR = {*_STOPS, signal.SIGCHLD}


class Pause:
    """How long to wait before what has died is started again: longer each time that it dies at once."""

    def __init__(self) -> None:
        self._seconds = 0

    def after(self, lived: float) -> int:
        """Seconds to wait after a life of so many; none for what lived long."""
        present = self._seconds = 0 if lived >= LONG_LIFE else self._seconds
        self._seconds = min(max(2 * present, LEAST_PAUSE), MOST_PAUSE)
        return present


@dataclass
class Child:
    """A process to be kept running. ``run`` is called in it and gives the status to end with.

    Of the files that the main process has open, ``files`` are the descriptors that it needs. Those that are
    ``is_last`` are ended once all others have.
    """

    name: str
    run: Callable[[], int]
    files: tuple[int, ...] = ()
    is_last: bool = False
    pid: int = 0
    """0 while it is not running"""
    started: float = 0
    due: float = 0
    """when it is to be started, on the machine's own clock"""
    pause: Pause = field(default_factory=Pause)


def supervise(children: Sequence[Child], before_stop: Callable[[], None]) -> None:
    """Keep them running until this process is told to stop, by one of `_STOPS`; then end them.

    ``before_stop`` is called first then.
    """
    gc.freeze()  # the collector would write into every object, and so copy for each child what all could share
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # where it is ignored, the kernel tells of no death
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _WAITED_FOR)
    try:
        while not _is_told_to_stop(_start_due(children)):
            _note_dead(children)
    finally:
        before_stop()
        _end([child for child in children if not child.is_last])
        _end([child for child in children if child.is_last])
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_due(children: Sequence[Child]) -> float:
    """Start those whose time has come; gives the seconds until the next one is due."""
    now = time.monotonic()
    for child in children:
        if not child.pid and child.due <= now:
            child.started = now
            try:
                child.pid = _fork(child)
            except OSError as error:  # no memory, or as many processes as there may be
                child.due = now + max(child.pause.after(0), LEAST_PAUSE)
                log.warning("the %s cannot be started: %s", child.name, error.strerror)
    return min((child.due - now for child in children if not child.pid), default=3_600)


def _is_told_to_stop(seconds: float) -> bool:
    """Wait until a signal comes, or so long."""
    told = signal.sigtimedwait(_WAITED_FOR, seconds)
    return told is not None and told.si_signo in _STOPS


def _note_dead(children: Sequence[Child]) -> None:
    for child in children:
        if not child.pid:
            continue
        pid, status = os.waitpid(child.pid, os.WNOHANG)
        if pid:
            now = time.monotonic()
            seconds = child.pause.after(now - child.started)
            code = os.waitstatus_to_exitcode(status)
            log.warning("the %s ended with status %s; it is started again in %s s", child.name, code, seconds)
            child.pid, child.due = 0, now + seconds


def _end(children: Sequence[Child]) -> None:
    """Tell them to stop, and kill what does not; the last ones have as long as they need."""
    running = [child for child in children if child.pid]
    for child in running:
        os.kill(child.pid, signal.SIGTERM)
    end = time.monotonic() + STOP_SECONDS
    for child in running:
        while not os.waitpid(child.pid, os.WNOHANG)[0]:
            if not child.is_last and time.monotonic() > end:
                os.kill(child.pid, signal.SIGKILL)
            signal.sigtimedwait({signal.SIGCHLD}, 0.1)
        child.pid = 0


def _fork(child: Child) -> int:
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if not pid:
        _run(child, parent)
    return pid


def _run(child: Child, parent: int) -> NoReturn:
    """Be the child. Nothing of the main process's own ending is run in it."""
    status = 1
    try:
        _close_files(child.files)
        process.end_with_parent(parent)
        process.set_name(f"consent-{child.name}")
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _WAITED_FOR)
        status = child.run()
    except Exception as error:  # noqa: BLE001 - no traceback reaches a person; the parent starts it again
        log.critical("%s", faults.describe(error))
    finally:
        logging.shutdown()
        os._exit(status)


def _close_files(needed: tuple[int, ...]) -> None:
    """Close what the main process has open, its locks above all: while a copy is open a lock is held.

    But not what libffi, which is behind ctypes, has open of itself: since 3.5 it goes on to map from that number.
    """
    for entry in list(Path("/proc/self/fd").iterdir()):
        descriptor = int(entry.name)
        if descriptor > 2 and descriptor not in needed:
            try:
                if not entry.readlink().name.startswith("libffi.so"):
                    os.close(descriptor)
            except OSError:  # the one that listed the folder
                continue
