"""The list of protections that `make promises` takes out."""

import subprocess
import sys
from pathlib import Path

from tests.privacy.protections import PROTECTIONS
from tests.tables import every

ROOT = Path(__file__).parents[2]


@every("protection", PROTECTIONS)
def test_what_is_to_be_taken_out_is_there(protection):
    for edit in protection.edits:
        assert (ROOT / edit.file).read_text(encoding="utf-8").count(edit.old) == 1


def test_each_has_a_test_that_looks_for_it():
    command = [sys.executable, "-m", "pytest", "--collect-only", "tests/privacy"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    collected = [line.casefold() for line in done.stdout.splitlines() if "::" in line]

    assert len(collected) > 100
    assert [
        protection.name for protection in PROTECTIONS if not any(is_of(protection, name) for name in collected)
    ] == []


def is_of(protection, name):
    """Whether pytest chooses a test for a protection: some words and all of them, as its option -k has them."""
    choices = [choice.split(" and ") for choice in protection.only.casefold().split(" or ")]
    return f"test_{protection.promise:02}_" in name and any(all(word in name for word in words) for words in choices)
