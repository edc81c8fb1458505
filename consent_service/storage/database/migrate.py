"""Bringing the database to this version's schema."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine

from consent_service.storage.database.engine import writing
from consent_service.storage.database.schema import SchemaError, check_edition, revision_of


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def migrate(engine: Engine) -> None:
    """Run the migrations that are missing, in one transaction: all of them or none. Raises SchemaError."""
    check_edition(revision_of(engine))
    with writing(engine) as connection:
        upgrade(connection)


def upgrade(connection: Connection) -> None:
    """Run the migrations that are missing in a transaction that is under way. Raises SchemaError."""
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise SchemaError(f"the database is of a newer version than this program: {error}") from None
