"""Installations to take things from and to bring them to."""

import shutil
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from consent_service.backup.rows import TABLES
from consent_service.domain.access.roles import EVERYTHING
from consent_service.storage import goals, sites
from consent_service.storage.database.engine import writing
from consent_service.storage.people import accounts, audit_trail
from tests.integration.moving.installation import Installation
from tests.owner import EMAIL, PASSWORD


@pytest.fixture
def full(any_world):
    """A service with closed days, an open month of which cells are stored, pending counts, and an account."""
    key = any_world.add_site(detail="day", dimensions=("page", "country", "event"), events=("signup",))
    for path, zone in (("/a", "Paris"), ("/b", "Rome")):
        any_world.visits(key, 60, (path,), z=f"Europe/{zone}")
    any_world.release_all()
    any_world.visits(key, 14, ("/b",), z="Europe/Rome")
    any_world.release_all()
    any_world.clock.move(days=1)
    any_world.close()
    any_world.visits(key, 17, ("/c",))
    any_world.release()
    any_world.visits(key, 4, ("/d",))
    any_world.merge()
    with writing(any_world.engine) as connection:
        accounts.add(connection, EMAIL, accounts.hashed(PASSWORD), EVERYTHING)
        audit_trail.note(connection, audit_trail.Actor(EMAIL, any_world.clock()), "account made")
        goals.add(connection, sites.get(connection, key), "signup", "Sign-ups")
        for name, table in TABLES.items():
            if name != "restores" and connection.execute(select(table).limit(1)).first() is None:
                connection.execute(insert(table).values(_row(table, key)))
    made = Installation(any_world.environ)
    made.world, made.key = any_world, key
    return made


@pytest.fixture
def elsewhere(tmp_path, request):
    """Makes empty installations, with the schema."""
    spools = []

    def make(database="sqlite", **settings):
        spools.append(Path(tempfile.mkdtemp(prefix="consent-test-", dir="/dev/shm")))
        folder = tmp_path / f"elsewhere-{len(spools)}"
        environ = {"CONSENT_DATA_DIR": str(folder), "CONSENT_SPOOL_DIR": str(spools[-1] / "spool"), **settings}
        if database == "postgresql":
            environ["CONSENT_DATABASE_URL"] = request.getfixturevalue("postgresql").new_migrated()
            environ.setdefault("CONSENT_SECRET_KEYS", "k" * 32)
        made = Installation(environ)
        done = made.run("migrate")
        assert done.returncode == 0, done.stderr
        return made

    yield make
    for folder in spools:
        shutil.rmtree(folder)


def _row(table, key):
    """A row of a table that holds something in every column."""
    known = {
        "id": "0123456789ab",
        "text": "Launch of „é“",
        "site": key,
        "email": EMAIL,
        "day": "2026-11-22",
        "scopes": "[]",
        "frame_hosts": '["https://é.example"]',
    }
    texts = {column.name: known.get(column.name, f'"{column.name}\\\t') for column in table.columns}
    return {
        column.name: texts[column.name][: column.type.length]
        if column.type.python_type is str
        else column.type.python_type(7.5)
        for column in table.columns
    }
