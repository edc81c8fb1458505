"""Connections that do a server no good: those that say nothing, and those that say it slowly."""

from __future__ import annotations

import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import cycle
from urllib.parse import urlsplit

PAUSE = 0.5
"""Seconds between two bytes of a slow sender."""


@contextmanager
def idle(url: str, number: int) -> Iterator[None]:
    """So many connections that are open and silent."""
    _allow(number)
    found = [_connect(url) for _ in range(number)]
    try:
        yield
    finally:
        for one in found:
            one.close()


@contextmanager
def slow(url: str, number: int) -> Iterator[None]:
    """So many senders, each of whom sends a hit byte by byte, and begins anew when it is sent away."""
    told = threading.Event()
    thread = threading.Thread(target=_drip, args=(url, number, told), daemon=True)
    thread.start()
    try:
        yield
    finally:
        told.set()
        thread.join()


def _drip(url: str, number: int, told: threading.Event) -> None:
    body = b"x" * 1_000
    head = b"POST /hit HTTP/1.1\r\nHost: bench.example\r\nContent-Length: 1000\r\n\r\n"
    found = [_connect(url) for _ in range(number)]
    for one in found:
        one.sendall(head)
    for position in cycle(range(len(body))):
        if told.wait(PAUSE):
            break
        for n, one in enumerate(found):
            try:
                one.send(body[position : position + 1])
            except OSError:
                one.close()
                found[n] = _connect(url)
                with suppress(OSError):
                    found[n].sendall(head)
    for one in found:
        one.close()


def _connect(url: str) -> socket.socket:
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname, parts.port), timeout=10)


def _allow(number: int) -> None:
    """Let this process open so many files, as far as the machine does; the server's were given at its start."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < number + 200:
        raise RuntimeError(f"{number} connections need ulimit -n {number + 200}, not {most}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
