"""``consent-service serve``: worker processes and the keeper, started, watched and ended together."""

from __future__ import annotations

import logging
import os
import socket
import subprocess  # the keeper is this program again
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.common import AbstractServer

from consent_service.config import Config
from consent_service.domain.errors import UserError
from consent_service.serving import process
from consent_service.spool import capacity
from consent_service.spool.directory import Spool

log = logging.getLogger(__name__)

LEAST_PAUSE, MOST_PAUSE = 1, 10
LONG_LIFE = 10
"""Seconds after which a process that dies did not die at once."""


LEAST_CONNECTIONS, MOST_CONNECTIONS = 128, 20_000
"""Of one worker at once."""
SILENCE_SECONDS = 15
"""After which a connection that sends no request is closed."""
OTHER_FILES = 200
"""Of a worker beside its connections: database, tallies, libraries."""


def serve(config: Config, sites: int, greeting: str = "", target: str = "consent_service.wsgi:create") -> None:
    """Serve until told to stop, saying the greeting once nothing stands in the way.

    Raises UserError or SpoolError before anything is answered.
    """
    spool = Spool(config.spool_dir)
    with spool.lock("serve"):
        _warn_of_little_room(spool, config, sites)
        with spool.lock("keeper-step", wait=True):  # a command may be writing
            spool.sweep()
        _warn_of_disk(spool)
        _check_port(config)
        sys.stdout.write(greeting)
        sys.stdout.flush()
        with _keeper():
            _serve_http(config, target)


def _serve_http(config: Config, target: str) -> None:
    """Serve until told to stop.

    Granian starts a worker that died again, but ends when that one dies within seconds too: then all are started
    anew.
    """
    pause = Pause()
    while True:
        server, start = http_server(config, target), time.monotonic()
        with suppress(SystemExit):  # its way to say that it was not told to stop
            server.serve()
        if server.interrupt_signal:
            return
        seconds = pause.after(time.monotonic() - start)
        log.warning("workers die again and again: all are started anew in %s s", seconds)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(0.1)
            if server.interrupt_signal:  # Granian's signal handlers are still there
                return


class Pause:
    """How long to wait before what has died is started again: longer each time that it dies at once."""

    def __init__(self) -> None:
        self._seconds = LEAST_PAUSE

    def after(self, lived: float) -> int:
        """Seconds to wait after a life of so many."""
        present = self._seconds = LEAST_PAUSE if lived >= LONG_LIFE else self._seconds
        self._seconds = min(2 * present, MOST_PAUSE)
        return present


def http_server(config: Config, target: str) -> AbstractServer[Any]:
    """The HTTP server: the worker processes, each with the application that the target makes."""
    return Granian(
        target,
        factory=True,
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=config.workers,
        blocking_threads=1,  # measured: more threads only wait for each other
        # Granian counts connections, silent ones too, and takes no more than 1,024 of all workers together by itself.
        backpressure=max(LEAST_CONNECTIONS, min(MOST_CONNECTIONS, process.open_many_files() - OTHER_FILES)),
        http1_settings=HTTP1Settings(header_read_timeout=SILENCE_SECONDS * 1000),
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
    )


def _warn_of_disk(spool: Spool) -> None:
    if not spool.is_in_memory:
        log.warning(
            "the spool %s is on a disk: small counts can be recovered from it; set CONSENT_SPOOL_DIR", spool.path
        )


def _warn_of_little_room(spool: Spool, config: Config, sites: int) -> None:
    warning = capacity.check(spool.path, capacity.total_bytes(spool.path), config.workers, sites)
    if warning:
        log.warning("%s", warning)


def _check_port(config: Config) -> None:
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((config.host, config.port))
        except OSError as error:
            raise UserError(
                f"CONSENT_BIND: cannot listen on {config.host}:{config.port}: {error.strerror}; "
                "end what uses it or choose another port"
            ) from None


@contextmanager
def _keeper() -> Iterator[None]:
    """Run the keeper beside the block, and again whenever it dies."""
    keeper = KeeperSupervisor()
    # PR_SET_PDEATHSIG follows the thread that started a child; this one lives as long as the process.
    watcher = threading.Thread(target=keeper.watch, name="keeper-watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        keeper.end()
        watcher.join()


class KeeperSupervisor:
    """The keeper's process: started at once, and again until it is ended for good."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._process = _start_keeper()

    def watch(self) -> None:
        """Start it again whenever it dies, until it is ended."""
        pause = Pause()
        while not self._ending.is_set():
            start = time.monotonic()
            status = self._process.wait()
            seconds = pause.after(time.monotonic() - start)
            if not self._ending.is_set():
                log.warning("the keeper ended with status %s; it is started again in %s s", status, seconds)
            self._ending.wait(seconds)
            with self._lock:
                if not self._ending.is_set():
                    self._process = _start_keeper()

    def end(self) -> None:
        """Have it finish its step and end."""
        with self._lock:
            self._ending.set()
        self._process.terminate()
        self._process.wait()


def _start_keeper() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "consent_service.keeper.process", str(os.getpid())])
