import pytest
from sqlalchemy import make_url

from consent_service.spool.directory import Spool, SpoolError
from consent_service.storage.database.spool_lock import lock_database


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    """A refused process waits for one that is just writing the file."""
    monkeypatch.setattr("consent_service.storage.database.spool_lock.PAUSE", 0)


@pytest.fixture
def url(tmp_path):
    return make_url(f"sqlite:///{tmp_path}/consent.sqlite3")


@pytest.fixture
def other(tmp_path):
    return Spool(tmp_path / "other spool")


def test_processes_of_one_spool_hold_a_database_together(url, spool, other):
    first, second = lock_database(url, spool), lock_database(url, Spool(spool.path))
    first.close()

    with second, pytest.raises(SpoolError, match=f"the spool {spool.path}: "):
        lock_database(url, other)


def test_a_process_of_another_spool_is_told_which_spool_is_in_use(url, spool, other):
    with lock_database(url, spool), pytest.raises(SpoolError, match=rf"the spool {spool.path}: .*CONSENT_SPOOL_DIR"):
        lock_database(url, other)


def test_once_nobody_holds_it_another_spool_may(url, spool, other):
    lock_database(url, other).close()

    with lock_database(url, spool), pytest.raises(SpoolError, match=f"the spool {spool.path}: "):
        lock_database(url, other)


def test_a_refused_process_does_not_hold_it(url, spool, other):
    with lock_database(url, spool), pytest.raises(SpoolError):
        lock_database(url, other)

    lock_database(url, other).close()


def test_one_folder_may_have_two_names(url, spool, other, tmp_path):
    (tmp_path / "link").symlink_to(spool.path.parent)
    first, second = lock_database(url, spool), lock_database(url, Spool(tmp_path / "link" / spool.path.name))
    first.close()

    with second, pytest.raises(SpoolError, match=f"the spool {spool.path}: "):
        lock_database(url, other)


def test_another_folder_of_the_same_name_is_refused(url, other):
    with lock_database(url, other):
        other.path.rename(other.path.with_name("hidden"))  # as where another container has its own
        with pytest.raises(SpoolError, match=r"in use with another spool .*: run this where that service runs"):
            lock_database(url, Spool(other.path))


def test_a_claim_whose_name_could_not_be_written_refuses_nobody(url, spool, other):
    with lock_database(url, spool) as file:
        file.truncate(0)  # as on a full disk
        with lock_database(url, other) as second:
            assert second.read() == b""


def test_postgresql_is_made_for_several_spools(spool):
    assert lock_database(make_url("postgresql+psycopg://consent@localhost/consent"), spool) is None
