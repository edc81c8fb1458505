"""A machine on each kind of database, with two sites."""

from __future__ import annotations

import shutil
from datetime import date

import pytest
from sqlalchemy import make_url

from consent_service.domain.notice.notice import Terms
from consent_service.storage import sites
from consent_service.storage.database import migrate
from consent_service.storage.database.engine import connect, writing
from tests.integration.exactly_once.machine import Machine
from tests.integration.exactly_once.model import THRESHOLD

DETAILS = ("month", "day")


def prepare(database: str) -> tuple[str, ...]:
    """Make the schema and two sites, one for each detail; gives their keys."""
    engine = connect(make_url(database))
    migrate.migrate(engine)
    with writing(engine) as connection:
        keys = tuple(
            sites.add(
                connection, detail, ["a.example"], Terms(detail, threshold=THRESHOLD, detail=detail), date(2026, 11, 22)
            ).key
            for detail in DETAILS
        )
    engine.dispose()
    return keys


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A database file to copy, and the keys of its sites."""
    file = tmp_path_factory.mktemp("template") / "consent.sqlite3"
    keys = prepare(f"sqlite:///{file}")
    return file, keys


@pytest.fixture
def machine_with_sites(template, spool_dir):
    file, sites = template
    shutil.copyfile(file, spool_dir.with_name("consent.sqlite3"))
    machine = Machine(spool_dir.parent, f"sqlite:///{spool_dir.parent}/consent.sqlite3")
    yield machine, sites
    machine.kill_worker()
