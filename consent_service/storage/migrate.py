"""Bringing the database to this version's schema."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Engine

from consent_service.storage.engine import writing


class SchemaError(Exception):
    """The database's schema is not this version's; the message says what to do."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    return config


def migrate(engine: Engine) -> None:
    """Run the migrations that are missing, in one transaction: all of them or none. Raises SchemaError."""
    config = _config()
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise SchemaError(f"the database is of a newer version than this program: {error}") from None


def check_current(engine: Engine) -> None:
    """Raises SchemaError unless the schema is this version's."""
    with engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    if present != ScriptDirectory.from_config(_config()).get_current_head():
        raise SchemaError("the database is not of this version: run consent-service migrate")
