"""The sockets on which workers answer, opened before there are workers."""

from __future__ import annotations

import socket

from consent_service.domain.errors import UserError
from consent_service.domain.masking.hosts import with_port

BACKLOG = 1_024
"""Connections to a worker that may wait until it takes them."""


def listen(host: str, port: int, workers: int) -> list[socket.socket]:
    """A socket for each worker: the kernel shares the connections out among them.

    They are the main process's, so that a worker that dies takes no waiting connection with it. Raises UserError.
    """
    check_port(host, port)
    return [_listening(host, port) for _ in range(workers)]


def _listening(host: str, port: int) -> socket.socket:
    listener = socket.socket(_family(host))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind((host, port))
    listener.listen(BACKLOG)
    return listener


def check_port(host: str, port: int) -> None:
    """Raise UserError if a port is in use.

    With SO_REUSEPORT it could be shared with another service of the same user: this looks without it.
    """
    with socket.socket(_family(host)) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise UserError(
                f"CONSENT_BIND: cannot listen on {with_port(host, port)}: {error.strerror}; "
                "end what uses it or choose another port"
            ) from None


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
