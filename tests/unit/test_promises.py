"""The list of protections that `make promises` takes out."""

from pathlib import Path

from tests.privacy.protections import PROTECTIONS
from tests.tables import every

ROOT = Path(__file__).parents[2]


@every("protection", PROTECTIONS)
def test_what_is_to_be_taken_out_is_there(protection):
    for edit in protection.edits:
        assert (ROOT / edit.file).read_text(encoding="utf-8").count(edit.old) == 1
