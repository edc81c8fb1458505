"""Which schema the database has. Apart from the migrations, so that not every command imports Alembic."""

from __future__ import annotations

from sqlalchemy import Engine, inspect, text

from consent_service.domain.errors import UserError

REVISION = "0005"
"""Of the newest migration; Alembic writes it into the database."""


class SchemaError(UserError):
    """The database's schema is not this version's; the message says what to do."""


def check_current(engine: Engine) -> None:
    """Raises SchemaError unless the schema is this version's."""
    with engine.connect() as connection:
        is_there = inspect(connection).has_table("alembic_version")
        present = connection.scalar(text("SELECT version_num FROM alembic_version")) if is_there else None
    if present != REVISION:
        raise SchemaError("the database is not of this version: run consent-service migrate")
