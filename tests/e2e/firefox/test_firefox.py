"""The main things, in Firefox too: nothing before a yes, one token after it, views, and a withdrawal that ends it."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

VISIT = Path(__file__).with_name("visit.mjs")


@pytest.fixture
def visit(service, pages):
    service.run("migrate")
    pages.key = service.run("site", "add", "Harbour", "--host", "localhost").stdout.strip()
    service.start()

    def go(choice):
        firefox = shutil.which("firefox-esr") or shutil.which("firefox")
        assert firefox, "Firefox is missing: run 'make debian-packages'"
        command = ["node", str(VISIT), pages.url, service.url, choice]
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=120, env={**os.environ, "FIREFOX": firefox}
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return go


def test_who_accepts_is_counted_until_they_withdraw(visit, pages):
    steps = visit("Accept all")
    assert steps["asked"] == {"asked": [f"/s/{pages.key}/consent.js"], "left": ["", [], "open"]}
    assert steps["chosen"]["asked"] == ["/consent", "/hit"]
    cookie, stored, status = steps["chosen"]["left"]
    assert cookie.startswith("consent=")
    assert (stored, status) == (["consent-pages", "consent-visit"], "accepted")
    assert steps["moved"]["asked"] == ["/hit"]
    cookie, stored, status = steps["withdrawn"]["left"]
    assert cookie.startswith("refused=")
    assert (stored, status) == ([], "refused")
    assert steps["withdrawn"]["asked"] == steps["moved again"]["asked"] == []


def test_who_refuses_sends_nothing(visit):
    steps = visit("Reject all")
    cookie, stored, status = steps["chosen"]["left"]
    assert cookie.startswith("refused=")
    assert (stored, status) == ([], "refused")
    assert steps["chosen"]["asked"] == steps["moved"]["asked"] == []
