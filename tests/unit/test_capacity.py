import pytest

from consent_service.spool import capacity
from consent_service.spool.directory import SpoolError

MEGABYTE = 1_000_000


@pytest.mark.parametrize(("megabytes", "workers", "sites"), [(64, 1, 7), (200, 4, 15), (24_000, 8, 1_000)], ids=str)
def test_where_a_flood_has_room_nothing_is_said(spool, megabytes, workers, sites):
    assert capacity.check(spool.path, megabytes * MEGABYTE, workers, sites) == ""


def test_a_small_file_system_is_named_in_one_line_with_what_to_do(spool):
    said = capacity.check(spool.path, 64 * MEGABYTE, workers=4, sites=3)

    assert str(spool.path) in said
    assert "has 64 MB, its 4 workers and 3 sites may need 125 MB" in said
    assert "CONSENT_SPOOL_DIR" in said
    assert "--shm-size" in said
    assert "\n" not in said


def test_one_in_which_workers_cannot_even_begin_is_refused(spool):
    with pytest.raises(SpoolError, match="its workers need 22 MB to begin"):
        capacity.check(spool.path, 20 * MEGABYTE, workers=4, sites=1)


def test_what_the_spool_takes_already_counts_as_room(spool):
    before = capacity.total_bytes(spool.path)
    (spool.path / "large").write_bytes(bytes(8 * MEGABYTE))

    assert abs(capacity.total_bytes(spool.path) - before) < 4 * MEGABYTE
