"""The recipes of docs/exports.md, each run on a real export by the program that it is for."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from consent_service.reporting import exports
from consent_service.storage.database.engine import reading
from tests.owner import Press

DOCS = (Path(__file__).parents[2] / "docs" / "exports.md").read_text()
EXPECTED = {"Netherlands": 300, "Namibia": 40, "(other)": 15}


def recipe(heading: str) -> str:
    match = re.search(rf"^{heading}:\n\n```\w+\n(.*?)```", DOCS, re.MULTILINE | re.DOTALL)
    assert match is not None, heading
    return match[1]


@pytest.fixture
def folder(world, clock, tmp_path) -> Path:
    """A folder with the export of a month in which some came from Namibia, and a text stands among the pages."""
    clock.move(days=-60)
    key = world.add_site(dimensions=("country", "page"))
    clock.move(days=60)
    countries = {"NL": [0, 300, 200], "NA": [0, 40, 30], "FR": [0, 8, 8], "BE": [0, 7, 7]}
    pages = {"=1+1": [20, 20, 20], "/": [400, 300, 200]}
    Press(world).close(key, "2026-10", {"site": [420, 355, 245], "country": countries, "page": pages})
    with reading(world.engine) as connection:
        content = exports.file_of(connection, world.site(key), "2026", "csv", clock())
    (tmp_path / "export.csv").write_bytes(content)
    return tmp_path


def printed(command: list[str], folder: Path, given: str = "") -> dict[str, int]:
    """The names and numbers of what a program prints, a pair on each line."""
    done = subprocess.run(command, cwd=folder, input=given, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return {
        name.strip(' "|'): int(number) for name, number in re.findall(r"^(.*?)\s+(\d+)$", done.stdout, re.MULTILINE)
    }


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_library_reads_numbers_as_numbers_and_namibia_as_a_country(library, folder):
    pytest.importorskip(library)

    assert printed([sys.executable, "-c", recipe(library)], folder) == EXPECTED


def test_duckdb_reads_numbers_as_numbers_and_namibia_as_a_country(folder):
    pytest.importorskip("duckdb")
    program = f"import duckdb\nfor row in duckdb.sql({recipe('DuckDB')!r}).fetchall(): print(*row)"

    assert printed([sys.executable, "-c", program], folder) == EXPECTED


def test_r_reads_numbers_as_numbers_and_namibia_as_a_country(folder):
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("R is not installed")

    assert printed([program, "-"], folder, recipe("R")) == EXPECTED
