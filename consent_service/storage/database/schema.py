"""Which schema the database has. Apart from the migrations, so that not every command imports Alembic."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, inspect, text

from consent_service.domain.errors import UserError

REVISION = "0102"
"""Of the newest migration; Alembic writes it into the database."""

FIRST_EDITION = frozenset({"0001", "0002", "0003", "0004", "0005"})
"""Revisions of the first edition, which counted otherwise and was never released."""


class SchemaError(UserError):
    """The database's schema is not this version's; the message says what to do."""


def check_current(engine: Engine) -> None:
    """Raises SchemaError unless the schema is this version's, and the database is the one in use."""
    with engine.connect() as connection:
        check_in_use(connection)


def check_in_use(connection: Connection) -> None:
    """As `check_current`, on a connection."""
    present = revision_in(connection)
    check_edition(present)
    if present != REVISION:
        raise SchemaError("the database is not of this version: run consent-service migrate")
    place = connection.scalar(text("SELECT place FROM moved"))
    if place is not None:
        raise SchemaError(f"this database was moved to {place}: set CONSENT_DATABASE_URL to that one")


def check_edition(revision: str | None) -> None:
    """Raises SchemaError for a database that the first edition made."""
    if revision in FIRST_EDITION:
        raise SchemaError(
            "the database was made by the first edition, which counted otherwise and was never released: "
            "set CONSENT_DATA_DIR or CONSENT_DATABASE_URL to an empty one"
        )


def revision_of(engine: Engine) -> str | None:
    """The revision that the database says it has; None for an empty one."""
    with engine.connect() as connection:
        return revision_in(connection)


def revision_in(connection: Connection) -> str | None:
    """As `revision_of`, on a connection."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision
