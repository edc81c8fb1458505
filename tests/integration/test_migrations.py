"""Migrations of a database that holds something."""

import pytest
from alembic import command
from sqlalchemy import text

from consent_service.config import load
from consent_service.domain.access.roles import EVERYTHING
from consent_service.domain.notice.notice import Notice, Terms
from consent_service.domain.snippet.options import Options
from consent_service.storage import sites
from consent_service.storage.database import migrate, schema
from consent_service.storage.database.engine import connect, reading, writing
from consent_service.storage.people import roles


@pytest.fixture
def engine(environ, database_url):
    made = connect(load({**environ, "CONSENT_DATABASE_URL": database_url}).database_url)
    yield made
    made.dispose()


def upgrade(engine, revision):
    """Bring the schema to an older revision than this version's."""
    config = migrate._config()
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_a_site_from_before_there_were_options_has_those_that_every_site_begins_with(engine):
    upgrade(engine, "0002")
    notice = Notice(Terms("Harbour"))
    site = {"key": "k3f9ab23", "name": "Harbour", "hosts": '["harbour.example"]', "created_on": "2026-03-10"}
    row = {"site": "k3f9ab23", "digest": notice.digest, "document": notice.canonical()}
    with writing(engine) as connection:
        connection.execute(text("INSERT INTO sites VALUES (:key, :name, :hosts, :created_on)"), site)
        connection.execute(text("INSERT INTO notices VALUES (:site, 1, :digest, :document, '2026-03')"), row)
    migrate.migrate(engine)
    schema.check_current(engine)

    with reading(engine) as connection:
        found = sites.get(connection, "k3f9ab23")
    assert found.options == Options()
    assert (found.name, found.hosts, found.timeline.latest.notice) == ("Harbour", ("harbour.example",), notice)
    with writing(engine) as connection:
        sites.amend(connection, "k3f9ab23", "Harbour", ("harbour.example",), Options(routes="hash"))
    with reading(engine) as connection:
        assert sites.get(connection, "k3f9ab23").options.routes == "hash"


def test_an_account_from_before_there_were_roles_is_owner_of_every_site(engine):
    upgrade(engine, "0004")
    with writing(engine) as connection:
        connection.execute(text("INSERT INTO accounts VALUES ('owner@example.org', 'hash')"))
    migrate.migrate(engine)
    with reading(engine) as connection:
        assert roles.held_by(connection, "owner@example.org") == EVERYTHING
