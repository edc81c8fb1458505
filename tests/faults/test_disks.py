"""A full spool and a full data folder: a hit that cannot be kept is answered 503, never 204."""

import subprocess
from pathlib import Path

import pytest

from tests.e2e.service import Service, wait_until
from tests.faults.checking import readyz, settle_up
from tests.faults.sending import Load, targets_of

SPOOL_SIZE, DATA_SIZE = "40m", "40m"


@pytest.fixture
def small(tmp_path):
    """Makes small file systems in memory."""
    made = []

    def mount(size: str) -> Path:
        folder = tmp_path / f"small-{len(made)}"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", folder]
        if subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode:
            pytest.skip("only root may mount a file system")
        made.append(folder)
        return folder

    yield mount
    for folder in made:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def serving(settings):
    """Starts a service with other settings."""
    made = []

    def serve(**changed: str) -> Service:
        made.append(Service({**settings, **changed}))
        made[0].run("migrate")
        made[0].start()
        return made[0]

    yield serve
    for service in made:
        service.kill()


def fill(folder: Path) -> Path:
    """Take all the room that there is."""
    file = folder / "filling"
    with file.open("wb", buffering=0) as stream:
        for size in (1 << 16, 1 << 12):
            while True:
                try:
                    stream.write(bytes(size))
                except OSError:
                    break
    return file


@pytest.mark.long
def test_on_a_full_spool_what_cannot_be_kept_is_refused_and_the_rest_is_counted(small, serving, seed, tmp_path):
    spool = small(SPOOL_SIZE)
    service = serving(CONSENT_SPOOL_DIR=f"{spool}/spool")
    with Load(service, targets_of(service), seed, tmp_path) as load:
        load.wait_for(20_000)
        for _ in range(3):
            filling = fill(spool)
            load.wait_for(20_000)
            filling.unlink()
            load.wait_for(5_000)
        wait_until(lambda: readyz(service)[0] == 200, "the keeper to go on")
    settle_up(service, load)
    assert set(load.ledger.refused) <= {"503"}


@pytest.mark.long
def test_a_worker_that_starts_on_a_full_spool_answers_503_and_counts_once_there_is_room(small, serving, seed, tmp_path):
    spool = small(SPOOL_SIZE)
    service = serving(CONSENT_SPOOL_DIR=f"{spool}/spool")
    targets = targets_of(service)
    service.stop()
    service.start()
    filling = fill(spool)
    with Load(service, targets, seed, tmp_path) as load:
        load.wait_for(3_000)
        wait_until(lambda: "full" in readyz(service)[1], "a worker to say that its spool is full")
        filling.unlink()
        load.wait_for(30_000)
    settle_up(service, load)
    assert load.ledger.refused["503"] > 1_000


@pytest.mark.long
def test_on_a_full_data_folder_counts_wait_in_the_spool(small, serving, seed, tmp_path):
    data = small(DATA_SIZE)
    service = serving(CONSENT_DATA_DIR=f"{data}/data", CONSENT_DATABASE_URL=f"sqlite:///{data}/data/consent.sqlite3")
    with Load(service, targets_of(service), seed, tmp_path) as load:
        load.wait_for(20_000)
        filling = fill(data)
        wait_until(lambda: "waits" in readyz(service)[1], "the keeper to wait for room")
        load.wait_for(20_000)
        filling.unlink()
        wait_until(lambda: readyz(service)[0] == 200, "the keeper to go on")
        load.wait_for(5_000)
    settle_up(service, load)
    assert load.ledger.refused == {}
