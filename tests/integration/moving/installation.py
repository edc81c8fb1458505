"""Whole installations whose data moves: settings, the commands that are run with them, and what they hold."""

import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from consent_service.backup.rows import TABLES
from consent_service.config import load
from consent_service.spool.directory import Spool
from consent_service.spool.pending import PendingStore
from consent_service.storage import sites
from consent_service.storage.database.engine import connect, reading
from consent_service.storage.people import accounts
from tests.processes import run_command


class Installation:
    """Settings, and the commands that are run with them."""

    def __init__(self, environ):
        self.environ = environ
        self.config = load(environ)

    def run(self, *arguments, **how):
        return run_command(self.environ, *arguments, **how)

    def everything(self):
        """All rows, but those that a restore or a move writes by itself."""
        own = {"changes", "restores", "loads"}
        with open_engine(self.config.database_url) as engine, reading(engine) as connection:
            rows = {name: sorted(map(tuple, connection.execute(select(table)))) for name, table in TABLES.items()}
        rows["audit"] = [row for row in rows["audit"] if row[4] not in ("backup restored", "database moved")]
        return {name: rows[name] for name in rows.keys() - own}

    def is_empty(self):
        with open_engine(self.config.database_url) as engine, reading(engine) as connection:
            return sites.number(connection) == 0 and not accounts.any_exists(connection)

    def pending(self):
        held = PendingStore(Spool(self.config.spool_dir)).sites
        return {site: (one.periods, one.covers, one.hours) for site, one in held.items() if one.periods}

    def archive(self, key):
        """All that is closed of a site, as bytes."""
        file = Path(self.environ["CONSENT_DATA_DIR"]) / "archive"
        file.unlink(missing_ok=True)
        done = self.run("archive", key, str(file))
        assert done.returncode == 0, done.stderr
        return file.read_bytes()


@contextmanager
def open_engine(url):
    engine = connect(url)
    yield engine
    engine.dispose()


def fails_with(done, words):
    """Whether a command ended in one line that says so; whatever a bar has drawn stands before it."""
    lines = [line for line in done.stderr.splitlines() if not line.endswith(" rows")]
    assert done.returncode == 1
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("consent-service: ")
    assert words in lines[0], lines[0]
    return True


def succeeded(done):
    assert done.returncode == 0, done.stderr
    return done


def visits(installation, key, period):
    """Stored and pending together."""
    stored = [row for row in installation.everything()["cells"] if row[:3] == (key, period, "site")]
    periods = installation.pending().get(key, ({},))[0]
    pending = periods.get(period, {}).get("site", {}).get("", [0, 0])
    return sum(row[5] for row in stored) + pending[1]


@contextmanager
def small_disk(folder, size):
    """A small file system in memory; only root may make one."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", folder]
    if subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode:
        pytest.skip("only root may mount a file system")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
