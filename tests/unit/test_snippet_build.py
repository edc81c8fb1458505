"""The snippet as it is committed: built from its source, small, and without what a strict policy forbids."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from consent_service.domain.notice import Notice, Terms
from consent_service.domain.timeline import Edition
from consent_service.web import script

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "static" / "consent.js"
COMMITTED = ROOT / "consent_service" / "web" / "assets" / "consent.min.js"

AIM = 3_072
"""Bytes, compressed with brotli. The limit is 3,584; who needs the room between the two says here what for."""


def test_the_committed_script_is_what_the_source_builds_now(tmp_path):
    assert (ROOT / "node_modules" / ".bin" / "esbuild").exists(), "node_modules is missing: run 'make snippet' once"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    built = tmp_path / "consent.min.js"
    command = ["npm", "run", "--silent", "build", "--", f"--outfile={built}", "--log-level=warning"]
    done = subprocess.run(
        command, check=False, cwd=ROOT, env={**os.environ, "PATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert COMMITTED.read_bytes() == built.read_bytes(), "run 'make snippet' and commit what it made"


def test_the_script_with_the_shipped_notice_is_as_small_as_it_aims_to_be():
    edition = Edition(Notice(Terms("Example Network", timezone="Europe/Berlin")), "2026-11")
    size = len(script.files_for("abcdef", edition).bodies["br"])
    assert size <= AIM


def test_there_is_one_place_for_the_notice():
    assert COMMITTED.read_text(encoding="utf-8").count(script.PLACE) == 1


@pytest.mark.parametrize("word", ["innerHTML", "outerHTML", "eval", "document.write", "style="])
def test_nothing_is_used_that_a_strict_policy_forbids(word):
    assert word not in SOURCE.read_text(encoding="utf-8")
