"""What `serve` and `demo` print opens, wherever they listen."""

import os
import threading
import urllib.request
from urllib.error import HTTPError

import pytest

from consent_service.config import load
from consent_service.demo import pages
from tests.e2e.service import Service
from tests.postgresql import free_port

PLACES = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]", "[::1]": "[::1]"}
"""Where a service listens, and where it is found from the same machine."""


@pytest.mark.parametrize(("bind", "host"), PLACES.items())
def test_the_link_to_the_first_account_opens_where_the_service_runs(environ, bind, host):
    port = free_port()
    service = Service({**environ, "CONSENT_BIND": f"{bind}:{port}"})
    service.url = f"http://{host}:{port}"
    service.run("migrate")
    service.start()
    with urllib.request.urlopen(service.setup_link()) as answer:
        assert "<h1>Make the first account</h1>" in answer.read().decode()
    service.stop()


@pytest.fixture
def own_address():
    """A loopback address that no other process listens on, so that its ports are free."""
    return f"127.1.{os.getpid() // 256 % 256}.{os.getpid() % 256}"


def test_the_demos_pages_are_beside_the_service_unless_that_port_is_taken(environ, own_address):
    config = load({**environ, "CONSENT_BIND": f"{own_address}:8000"})
    with pages.server(config, {}) as first, pages.server(config, {}) as second:
        assert first.server_port == 8001
        assert second.server_port not in (8000, 8001)


@pytest.mark.parametrize(("bind", "host"), PLACES.items())
def test_the_demos_pages_open_where_it_runs(environ, bind, host):
    with pages.server(load({**environ, "CONSENT_BIND": f"{bind}:{free_port()}"}), {}) as server:
        threading.Thread(target=server.serve_forever).start()
        with pytest.raises(HTTPError) as found, urllib.request.urlopen(f"http://{host}:{server.server_port}/2/"):
            pass
        server.shutdown()
        with found.value as answer:
            assert answer.read() == b"There is no such demo page."


def test_after_the_last_port_there_is_none(environ):
    with pages.server(load({**environ, "CONSENT_BIND": "127.0.0.1:65535"}), {}) as server:
        assert server.server_port < 65_535
