"""The main things, in Firefox too: nothing before a yes, one token after it, views, and a withdrawal that ends it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.owner import EMAIL, PASSWORD

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing here depends on it

GATES = """<iframe title="A film" data-consent="video" data-src="/film"></iframe>
<script type="text/plain" data-consent="chat" src="/chat.js" nonce="abc"></script>
<script type="text/plain" data-consent="chat" nonce="abc">window.ran.push("inline")</script>"""


def run(name, *arguments):
    firefox = shutil.which("firefox-esr") or shutil.which("firefox")
    assert firefox, "Firefox is missing: run 'make debian-packages'"
    command = [Path(sys.executable).with_name("node"), str(Path(__file__).with_name(name)), *arguments]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=120, env={**os.environ, "FIREFOX": firefox}
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def found(service, pages):
    """A service with a site, which asks for what is named beside counting."""

    def found(*terms):
        service.run("migrate")
        pages.key = service.run("site", "add", "Harbour", "--host", "localhost", *terms).stdout.strip()
        service.start()

    return found


@pytest.fixture
def visit(found, service, pages):
    found()
    return lambda choice: run("visit.mjs", pages.url, service.url, choice)


def test_who_accepts_is_counted_until_they_withdraw(visit, pages):
    steps = visit("Accept all")
    assert steps["asked"] == {"asked": [f"/s/{pages.key}/consent.js"], "left": ["", [], "open"]}
    assert steps["chosen"]["asked"] == ["/consent", "/hit"]
    cookie, stored, status = steps["chosen"]["left"]
    assert cookie.startswith("consent=")
    assert (stored, status) == (["consent-pages", "consent-visit"], "accepted")
    assert steps["moved"]["asked"] == ["/hit"]
    assert steps["checked"] == ["accepted", True]
    cookie, stored, status = steps["withdrawn"]["left"]
    assert cookie.startswith("refused=")
    assert (stored, status) == ([], "refused")
    assert steps["withdrawn"]["asked"] == steps["moved again"]["asked"] == []


@pytest.mark.long
def test_who_refuses_sends_nothing(visit):
    steps = visit("Reject all")
    cookie, stored, status = steps["chosen"]["left"]
    assert cookie.startswith("refused=")
    assert (stored, status) == ([], "refused")
    assert steps["chosen"]["asked"] == steps["moved"]["asked"] == []


@pytest.mark.long
def test_what_waits_for_its_purpose_comes_and_goes_with_it_under_trusted_types(found, service, pages):
    found("--purpose", "video", "--purpose", "chat")
    policy = pages.headers["Content-Security-Policy"]
    pages.headers["Content-Security-Policy"] = policy.replace("script-src", "script-src 'nonce-abc'")
    pages.body = GATES
    assert run("gates.mjs", pages.url) == {
        "asked": {"ran": [], "frames": [None], "placeholders": ["Videos: A film", "Chat"]},
        "once": {"ran": ["/chat.js", "inline"], "frames": [None], "placeholders": ["Videos: A film"]},
        "accepted": {"ran": ["/chat.js", "inline"], "frames": [f"{pages.url}/film"], "placeholders": []},
        "withdrawn": {"ran": ["/chat.js", "inline"], "frames": [None], "placeholders": ["Videos: A film"]},
    }


@pytest.mark.long
@pytest.mark.parametrize(
    ("headers", "refuses", "told"),
    [
        ({}, "false", "well"),
        ({}, "true", "private"),
        ({"Content-Security-Policy": "default-src 'none'; script-src {service}"}, "false", "policy"),
        ({"Cross-Origin-Opener-Policy": "same-origin"}, "false", "closed"),
    ],
)
def test_the_check_of_an_installation_tells_what_is_the_case(found, service, pages, headers, refuses, told):
    found()
    service.run("user", "add", EMAIL, "--password-stdin", given=PASSWORD)
    pages.headers = {name: value.replace("{service}", service.url) for name, value in headers.items()}
    arguments = (f"{pages.url}/first", service.url, pages.key, EMAIL, PASSWORD, refuses)
    assert run("check.mjs", *arguments) == told
