"""Connections that say nothing keep nobody out."""

import resource
import socket
import urllib.request
from contextlib import ExitStack

import pytest

from consent_service.worker import OTHER_FILES

IDLE = 1_200
"""Far more than there are threads."""


@pytest.fixture
def many_files():
    """As many open files as there will be connections, if the machine lets us."""
    before, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < IDLE + OTHER_FILES:
        pytest.skip(f"a process may open {most} files here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (before, most))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing here depends on it
def test_silent_connections_do_not_keep_others_out(service, many_files):
    service.run("migrate")
    service.start()
    address = ("127.0.0.1", int(service.url.rpartition(":")[2]))
    with ExitStack() as connections:
        for _ in range(IDLE):
            connections.enter_context(socket.create_connection(address, timeout=10))
        with urllib.request.urlopen(f"{service.url}/healthz", timeout=10) as answer:
            assert answer.status == 200
