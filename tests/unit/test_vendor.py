"""What the owner's pages take from packages, as it is committed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import brotli
import pytest

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "consent_service" / "web" / "assets"
VENDORED = ["uplot/LICENSE", "uplot/uPlot.iife.min.js", "uplot/uPlot.min.css", "world.svg"]

LIMIT = 150_000
"""Bytes, compressed: all that the page of a site loads, and 40,000 for the page itself."""


def test_the_committed_files_are_what_the_packages_give_now(tmp_path):
    assert (ROOT / "node_modules" / "uplot").exists(), "node_modules is old: run 'make vendor' once"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = ["node", "static/vendor.mjs", str(tmp_path)]
    done = subprocess.run(
        command, check=False, cwd=ROOT, env={**os.environ, "PATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert sorted(str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file()) == VENDORED
    for name in VENDORED:
        assert (ASSETS / name).read_bytes() == (tmp_path / name).read_bytes(), "run 'make vendor' and commit its work"


def test_what_a_page_loads_is_small():
    names = [*VENDORED[1:], "series.js", "style.css", "icon.svg"]

    assert sum(len(brotli.compress((ASSETS / name).read_bytes())) for name in names) < LIMIT - 40_000


def test_the_map_has_a_path_for_nearly_every_country_and_nothing_that_loads_or_runs():
    text = (ASSETS / "world.svg").read_text()

    assert set(re.findall(r"<(\w+)", text)) == {"svg", "g", "path"}
    codes = re.findall(r'id="([A-Z]{2})"', text)
    assert len(codes) == len(set(codes)) > 165


@pytest.mark.parametrize("word", ["innerHTML", "eval(", "new Function", "document.write"])
def test_the_scripts_do_nothing_that_a_strict_policy_forbids(word):
    for name in ("series.js", "uplot/uPlot.iife.min.js"):
        assert word not in (ASSETS / name).read_text()


def test_the_countries_of_time_zones_are_what_cldr_has_now(tmp_path):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    made = tmp_path / "countries.txt"
    command = ["node", "static/zones.mjs", str(made)]
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "PATH": path}, capture_output=True)

    assert (ROOT / "consent_service" / "collect" / "countries.txt").read_bytes() == made.read_bytes(), (
        "run 'make vendor'"
    )
