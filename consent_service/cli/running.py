"""Running the service: serve, keeper, migrate, close, demo."""

from __future__ import annotations

import time

import click

from consent_service import keeper_process, process, server
from consent_service.cli.commands import commands
from consent_service.cli.context import Context, take_all, with_context
from consent_service.demo.command import run as run_demo
from consent_service.domain import days
from consent_service.storage import accounts, keys, migrate, sites
from consent_service.storage.engine import check_safe, connect, reading, shown_url, writing
from consent_service.tokens import KeyRing
from consent_service.web.setup import setup_link


@commands.command()
@with_context
def serve(context: Context) -> None:
    """Serve on CONSENT_BIND until stopped: the workers, and the keeper beside them."""
    engine = context.checked()
    check_safe(engine)
    context.claim()
    with writing(engine) as connection:
        # Before the workers are there: the first who accepts must find the key.
        keys.assign(connection, days.quarters_around(time.time()), KeyRing(context.config.secret_keys))
    with reading(engine) as connection:
        number = sites.number(connection)
        first_start = not accounts.any_exists(connection)
    engine.dispose()
    greeting = f"Serving on {context.config.public_url} (database {shown_url(engine)})\n"
    if first_start:
        greeting += f"Make the first account here, within a day:\n  {setup_link(context.config, time.time)}\n"
    server.serve(context.config, number, greeting)


@commands.command("keeper")
@with_context
def run_keeper(context: Context) -> None:
    """Run the keeper alone: merge, release and close. `serve` runs one by itself."""
    keeper_process.run(context.config)


@commands.command()
def demo() -> None:
    """Two demo sites with three past months, in a throw-away data folder, on CONSENT_BIND."""
    process.keep_to_itself()
    run_demo(time.time())


@commands.command("migrate")
@with_context
def run_migrations(context: Context) -> None:
    """Bring the database to this version's schema. Do this before the first start and after each upgrade."""
    engine = connect(context.config.database_url, patience=None)  # a large table takes its time
    migrate.migrate(engine)
    engine.dispose()


@commands.command()
@with_context
def close(context: Context) -> None:
    """Release and close all that is due, now, as the keeper does by itself."""
    keeper = context.keeper()
    take_all(keeper)
    released = keeper.release()
    closed = keeper.close()
    click.echo(f"{released} cells released, {closed} periods closed")
