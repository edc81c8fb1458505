import pytest
from sqlalchemy import make_url

from consent_service.spool.place import SpoolError
from consent_service.storage.claim import claim


@pytest.fixture
def url(tmp_path):
    return make_url(f"sqlite:///{tmp_path}/consent.sqlite3")


def test_processes_of_one_spool_hold_a_database_together(url, tmp_path):
    with claim(url, tmp_path / "spool"), claim(url, tmp_path / "spool"):
        pass


def test_a_process_of_another_spool_is_told_which_spool_is_in_use(url, tmp_path):
    with claim(url, tmp_path / "spool"), pytest.raises(SpoolError, match=rf"{tmp_path}/spool: .*CONSENT_SPOOL_DIR"):
        claim(url, tmp_path / "other")


def test_once_nobody_holds_it_another_spool_may(url, tmp_path):
    claim(url, tmp_path / "a spool with a longer name").close()

    with claim(url, tmp_path / "other"), pytest.raises(SpoolError, match="/other: "):
        claim(url, tmp_path / "spool")


def test_a_claim_whose_name_could_not_be_written_refuses_nobody(url, tmp_path):
    with claim(url, tmp_path / "spool") as file:
        file.truncate(0)  # as on a full disk
        claim(url, tmp_path / "other").close()


def test_postgresql_is_made_for_several_spools(tmp_path):
    assert claim(make_url("postgresql+psycopg://consent@localhost/consent"), tmp_path / "spool") is None
