"""A spool that another edition made is refused: its files hold counts that this one cannot read."""

import pytest

from consent_service.spool.directory import EDITION, Spool, SpoolError


def test_a_spool_is_opened_again_by_the_edition_that_made_it(spool):
    assert Spool(spool.path).id == spool.id
    assert (spool.path / "edition").read_text() == EDITION


def test_a_spool_of_the_first_edition_is_refused_with_what_to_do(spool):
    (spool.path / "edition").unlink()  # it wrote none

    with pytest.raises(SpoolError, match=r"made by another edition.*remove the folder, or set CONSENT_SPOOL_DIR"):
        Spool(spool.path)


def test_a_spool_of_an_edition_to_come_is_refused(spool):
    (spool.path / "edition").write_text("3")

    with pytest.raises(SpoolError, match=str(spool.path)):
        Spool(spool.path)


def test_a_spool_whose_making_was_cut_short_is_made(spool):
    (spool.path / "id").unlink()

    assert Spool(spool.path).id
