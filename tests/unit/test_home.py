"""The address that a person is given opens where they are, or they are told what to do."""

import re

import pytest

from consent_service import config
from consent_service.snippet import home

BY_SSH = {"SSH_CONNECTION": "203.0.113.9 50022 198.51.100.7 22"}


@pytest.fixture
def load(tmp_path):
    folders = {"CONSENT_DATA_DIR": str(tmp_path / "data"), "CONSENT_SPOOL_DIR": str(tmp_path / "spool")}
    return lambda bind, url="": config.load({**folders, "CONSENT_BIND": bind, "CONSENT_PUBLIC_URL": url})


@pytest.mark.parametrize(
    ("bind", "url"),
    [
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("0.0.0.0:8000", "http://127.0.0.1:8000"),
        ("[::]:8000", "http://[::1]:8000"),
        ("[0::0]:8000", "http://[::1]:8000"),
        ("[::1]:9000", "http://[::1]:9000"),
        ("192.0.2.7:8000", "http://192.0.2.7:8000"),
    ],
)
def test_without_a_public_url_the_address_opens_on_this_machine(load, bind, url):
    assert load(bind).public_url == url


@pytest.mark.parametrize(
    ("bind", "url"), [("127.0.0.1:8000", ""), ("[::1]:8000", ""), ("0.0.0.0:8000", "https://stats.example.org")]
)
def test_an_address_that_works_needs_no_advice(load, bind, url):
    assert home.advice(load(bind, url), {}) == ""


@pytest.mark.parametrize("bind", ["0.0.0.0:8000", "[::]:8000"])
def test_a_container_is_told_of_the_setting(load, bind):
    assert "set CONSENT_PUBLIC_URL" in home.advice(load(bind), {})


@pytest.mark.parametrize(
    ("bind", "url", "tunnels"),
    [
        ("127.0.0.1:8000", "", "-L 8000:127.0.0.1:8000 -L 8001:127.0.0.1:8001"),
        ("0.0.0.0:8000", "", "-L 8000:127.0.0.1:8000 -L 8001:127.0.0.1:8001"),
        ("[::]:8000", "", "-L 8000:[::1]:8000 -L 8001:[::1]:8001"),
        ("127.0.0.1:8000", "http://localhost:9000", "-L 9000:127.0.0.1:8000 -L 8001:127.0.0.1:8001"),
    ],
)
def test_by_ssh_a_tunnel_is_told_for_each_port(load, bind, url, tunnels):
    assert f"ssh -N {tunnels} HOST\n" in home.advice(load(bind, url), BY_SSH, 8001)


def test_by_ssh_a_public_address_needs_no_tunnel(load):
    assert home.advice(load("127.0.0.1:8000", "https://stats.example.org"), BY_SSH) == ""


@pytest.mark.parametrize("environ", [{}, BY_SSH])
@pytest.mark.parametrize(("bind", "url"), [("192.0.2.7:8000", ""), ("0.0.0.0:8000", "http://stats.example.org")])
def test_where_nobody_would_stay_signed_in_https_is_asked_for(load, bind, url, environ):
    assert re.search("need HTTPS.*\n.*CONSENT_PUBLIC_URL", home.advice(load(bind, url), environ))
