"""No process of the service leaves a core file or lets another one look into it, and no file is for others' eyes."""

import json
import os
import re
import stat
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.e2e.service import Service, wait_until
from tests.world import FIRST

FOLDER, FILE = 0o700, 0o600
PLAIN = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
"""Root without its privileges is a user like any other, and reads only what such a user can."""


def status_of(process, name):
    try:
        found = re.search(rf"^{name}:\s+(.*)", Path(f"/proc/{process}/status").read_text(), re.MULTILINE)
    except OSError:  # it has ended
        return ""
    return found[1] if found else ""


def family(main):
    """A process and all that it has started, and they in turn: number, and the name that each gives itself."""
    numbers = [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]
    parents = {number: int(status_of(number, "PPid") or 0) for number in numbers}
    found = {main}
    while more := {number for number in numbers if parents[number] in found} - found:
        found |= more
    return {number: Path(f"/proc/{number}/comm").read_text().strip() for number in found}


def can_be_read(process):
    """Whether another process of the same user can read a process's memory."""
    command = [*PLAIN, "cat", f"/proc/{process}/environ"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


@pytest.fixture
def umask():
    """As careless as a shell can be."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def running(environ, tmp_path, umask):
    """A service with two workers, started by a careless shell, with a temporary folder of its own."""
    (tmp_path / "temporary").mkdir(FOLDER)
    service = Service({**environ, "CONSENT_WORKERS": "2", "TMPDIR": str(tmp_path / "temporary")})
    service._program = [*PLAIN, *service._program]
    service.run("migrate")
    service.start()
    yield service
    service.stop()


def test_another_process_of_the_same_user_can_be_read():
    """Else it would say nothing of the service's processes that they cannot be."""
    with subprocess.Popen([*PLAIN, sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        wait_until(lambda: can_be_read(process.pid), "an ordinary process to be readable")


def test_no_process_leaves_a_core_file_or_can_be_read(running):
    wait_until(lambda: len(family(running.pid)) >= 4, "two workers and the keeper")
    processes = family(running.pid)

    assert "consent-keeper" in processes.values()
    for process, name in processes.items():
        limits = Path(f"/proc/{process}/limits").read_text()
        assert re.search(r"^Max core file size\s+0\s+0\s", limits, re.MULTILINE), name
        assert not can_be_read(process), name


def post(service, path, message):
    request = urllib.request.Request(service.url + path, json.dumps(message).encode(), {"Content-Type": "text/plain"})
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def visit(service, site):
    with urllib.request.urlopen(f"{service.url}/s/{site}/notice.json") as answer:
        digest = json.load(answer)["digest"]
    token = json.loads(post(service, "/consent", {"s": site, "n": digest}))["token"]
    post(service, "/hit", {"s": site, "t": token, "e": "view", "p": "/first", "f": FIRST})


def test_every_file_is_for_the_services_user_alone(running, environ, tmp_path):
    site = running.run("site", "add", "Harbour", "--host", "harbour.example").stdout.strip()
    for _ in range(12):
        visit(running, site)
    running.run("close")
    running.run("spool", "save", str(tmp_path / "data" / "saved"), given="a long passphrase\n")
    visit(running, site)

    folders = [Path(environ["CONSENT_DATA_DIR"]), Path(environ["CONSENT_SPOOL_DIR"]), tmp_path / "temporary"]
    files = [*folders, *(file for folder in folders for file in folder.rglob("*"))]
    modes = {str(file): stat.S_IMODE(file.lstat().st_mode) for file in files if file.exists()}
    names = {Path(name).name for name in modes}
    assert {"consent.sqlite3", "consent.sqlite3-wal", "consent.sqlite3-shm", "consent.sqlite3-spool", "saved"} <= names
    assert {"id", "status", "tallies"} <= names
    for name, mode in modes.items():
        assert mode == (FOLDER if Path(name).is_dir() else FILE), name
