"""Migrations of a database that holds something."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from consent_service.config import load
from consent_service.storage.database import migrate, schema
from consent_service.storage.database.engine import connect, writing
from consent_service.storage.database.schema import SchemaError
from consent_service.storage.tables import metadata

pytestmark = pytest.mark.both_databases


@pytest.fixture
def engine(environ, database_url):
    made = connect(load({**environ, "CONSENT_DATABASE_URL": database_url}).database_url)
    yield made
    made.dispose()


@pytest.mark.parametrize("revision", sorted(schema.FIRST_EDITION))
@pytest.mark.parametrize("step", [migrate.migrate, schema.check_current])
def test_a_database_of_the_first_edition_is_refused_with_a_word_of_what_to_do(engine, revision, step):
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})

    with pytest.raises(SchemaError, match=r"made by the first edition.*an empty one"):
        step(engine)


def is_other_default(context, _column, _known_column, made, _known, known):
    """Whether the default of a column is another one; None leaves it to Alembic.

    Of SQLite it reads an empty text as ``('')``, which it never finds equal to an empty text.
    """
    return False if context.dialect.name == "sqlite" and made in ("''", "('')") and known == "" else None


def test_the_migrations_make_the_tables_that_the_code_knows(engine):
    migrate.migrate(engine)
    schema.check_current(engine)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": is_other_default})
        assert compare_metadata(context, metadata) == []
