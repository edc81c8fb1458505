"""The owner's pages answer under one host, and carry headers that the public's paths do not."""

from pathlib import Path

import pytest

from consent_service.web import owner
from consent_service.web.security.headers import owner_hosts
from tests.owner import Browser, token_in
from tests.world import World

OWNERS = ["/", "/login", "/sites/new", "/assets/style.css", "/nowhere"]
PUBLICS = ["/healthz", "/readyz", "/s/{key}/consent.js", "/s/{key}/notice.json"]


@pytest.fixture
def public_world(environ, clock):
    made = World({**environ, "CONSENT_PUBLIC_URL": "https://stats.example.org"}, clock)
    yield made
    made.dispose()


@pytest.mark.parametrize("path", OWNERS)
def test_under_another_host_the_owners_pages_say_where_they_are_set(public_world, path):
    answer = Browser(public_world).get(path, base_url="https://www.example.org")
    assert answer.status_code == 421
    assert "CONSENT_PUBLIC_URL" in answer.text
    assert "stats.example.org" not in answer.text


def test_under_their_own_host_they_answer(public_world):
    assert Browser(public_world).get("/login").status_code == 200


@pytest.mark.parametrize("path", PUBLICS)
def test_the_publics_paths_answer_under_any_host_without_the_owners_headers_or_cookie(public_world, path):
    path = path.format(key=public_world.add_site())
    answer = Browser(public_world).get(path, base_url="https://www.example.org")
    assert answer.status_code in (200, 503)  # /readyz knows of no keeper
    for name in ("Content-Security-Policy", "X-Robots-Tag", "Set-Cookie"):
        assert name not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_hits_and_acceptances_need_no_mark_of_a_form(public_world):
    key = public_world.add_site()
    assert public_world.view(key, public_world.token(key)).status_code == 204


def test_an_error_on_a_public_path_is_a_line_of_text(public_world):
    answer = Browser(public_world).get("/s/nobody/consent.js", base_url="https://www.example.org")
    assert (answer.status_code, answer.mimetype) == (404, "text/plain")
    assert "Content-Security-Policy" not in answer.headers


@pytest.mark.parametrize("path", ["/login", "/nowhere"])
def test_pages_carry_a_strict_policy_and_are_not_kept(stranger, path):
    headers = stranger.get(path).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self';")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["Cache-Control"] == "no-store"


def test_the_style_sheet_may_be_kept(stranger):
    with stranger.get("/assets/style.css") as answer:
        assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_nothing_but_what_pages_load_is_served(stranger):
    folder = Path(owner.__file__).with_name("assets")
    kinds = {file.suffix for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts}

    assert kinds == {".css", ".js", ".svg", ""}  # the last is the licence of what we took from others
    for path in (
        "/assets/__init__.py",
        "/assets/",
        "/assets/../owner.py",
        "/assets/%2e%2e/owner.py",
        "/templates/page.html",
    ):
        assert stranger.get(path).status_code == 404


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_on_loopback_all_of_its_names_are_good(stranger, host):
    assert stranger.get("/login", base_url=f"http://{host}:8000").status_code == 200
    assert stranger.get("/login", base_url=f"http://{host}:8001").status_code == 421


def test_no_host_at_all_is_another_host(stranger):
    assert stranger.get("/login", environ_overrides={"HTTP_HOST": ""}).status_code == 421


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("https://stats.example.org", {"stats.example.org", "stats.example.org:443"}),
        ("http://stats.example.org", {"stats.example.org", "stats.example.org:80"}),
        ("https://stats.example.org:8443", {"stats.example.org:8443"}),
        ("https://[2001:db8::1]:8443", {"[2001:db8::1]:8443"}),
        ("http://0.0.0.0:8000", {"localhost:8000", "127.0.0.1:8000", "[::1]:8000"}),
    ],
)
def test_the_host_is_that_of_the_public_url_with_its_port(url, hosts):
    assert owner_hosts(url) == hosts


@pytest.mark.parametrize("path", ["/people/remove", "/account/sessions", "/account/tokens/%00/revoke", "/login"])
def test_a_nul_which_nobody_types_is_refused_whatever_the_database(any_world, path):
    browser = Browser(any_world)
    mark = token_in(browser.get("/login").text)
    fields = {"email": "a\0b@example.org", "session": "\0", "password": "x", "csrf_token": mark}
    assert browser.post(path, fields).status_code == 400
