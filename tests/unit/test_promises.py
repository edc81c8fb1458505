"""The list of protections that `make promises` takes out."""

from pathlib import Path

import pytest

from tests.privacy.protections import PROTECTIONS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("protection", PROTECTIONS, ids=lambda one: f"{one.promise} {one.name}")
def test_what_is_to_be_taken_out_is_there(protection):
    for edit in protection.edits:
        assert (ROOT / edit.file).read_text(encoding="utf-8").count(edit.old) == 1
