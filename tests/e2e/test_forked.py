"""What the main process holds when it forks, and what its children keep of it: nothing that another one uses."""

import os
import signal
from pathlib import Path

import pytest

from tests.e2e.service import Service, wait_until
from tests.faults.processes import children, name

pytestmark = pytest.mark.both_databases


@pytest.fixture
def service(environ, database_url):
    running = Service({**environ, "CONSENT_WORKERS": "2", "CONSENT_DATABASE_URL": database_url})
    running.run("migrate")
    running.start()
    wait_until(lambda: names(running) == ["consent-keeper", "consent-worker", "consent-worker"], "all processes")
    yield running
    running.stop()


def names(service):
    return sorted(name(pid) for pid in children(service.pid))


def files(pid):
    """What a process has open beside its three streams, and beside what libffi has open of itself."""
    targets = [entry.readlink() for entry in Path(f"/proc/{pid}/fd").iterdir() if int(entry.name) > 2]
    names = [target.name if target.is_absolute() else str(target) for target in targets]
    return [name for name in names if not name.startswith("libffi.so")]


def keeps_libffi(pid):
    return any(entry.readlink().name.startswith("libffi.so") for entry in Path(f"/proc/{pid}/fd").iterdir())


def sockets(pid):
    return {file for file in files(pid) if file.startswith("socket:")}


def mappings(pid, *folders):
    """Files in these folders that a process has in its memory."""
    lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
    return [line for line in lines if any(folder in line for folder in folders)]


def check_main(service):
    pid, folders = service.pid, [service.environ[f"CONSENT_{which}_DIR"] for which in ("DATA", "SPOOL")]
    assert len(list(Path(f"/proc/{pid}/task").iterdir())) == 1
    assert mappings(pid, *folders) == []
    others = [file for file in files(pid) if not file.startswith("socket:")]
    assert set(others) <= {"serve.lock", "consent.sqlite3-spool"}
    assert len(sockets(pid)) == 2  # those on which the workers listen: no connection to the database


def test_the_main_process_has_one_thread_no_connection_and_no_mapping(service):
    check_main(service)
    [worker, *_] = [pid for pid in children(service.pid) if name(pid) == "consent-worker"]
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: names(service).count("consent-worker") == 2 and worker not in children(service.pid), "another")
    check_main(service)


def test_a_child_keeps_nothing_of_it_but_its_own_socket(service):
    held = sockets(service.pid)
    for pid in children(service.pid):
        assert "serve.lock" not in files(pid)
        if name(pid) == "consent-worker":  # the keeper locks the database for itself
            assert "consent.sqlite3-spool" not in files(pid)
        inherited = sockets(pid) & held
        assert len(inherited) == (1 if name(pid) == "consent-worker" else 0)


def test_a_child_keeps_what_libffi_maps_from(service):
    """Else the number would soon be another file's, and that would be mapped as a program. Older ones have none."""
    has_any = keeps_libffi(service.pid)

    assert [keeps_libffi(pid) for pid in children(service.pid)] == [has_any] * 3


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_orderly_stop_closes_the_last_connection(service, database_url):
    """SQLite removes its log then, and keeps it where a process ends without."""
    log = Path(f"{database_url.removeprefix('sqlite:///')}-wal")
    wait_until(log.exists, "a connection to the database")
    service.stop()

    assert not log.exists()
