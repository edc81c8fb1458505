"""The database's schema."""

from __future__ import annotations

import click

from consent_service.cli.context import Context, with_context
from consent_service.storage.database import migrate
from consent_service.storage.database.engine import close_connections, connect


@click.command("migrate")
@with_context
def run_migrations(context: Context) -> None:
    """Bring the database to this version's schema. Do this before the first start and after each upgrade."""
    engine = connect(context.config.database_url, patience=None)  # a large table takes its time
    try:
        migrate.migrate(engine)
    finally:
        close_connections(engine)
