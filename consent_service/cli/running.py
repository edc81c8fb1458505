"""Running the service: serve, keeper."""

from __future__ import annotations

import time

import click

from consent_service import keeper_process, server
from consent_service.cli.context import Context, with_context
from consent_service.domain import days
from consent_service.storage import accounts, keys, sites
from consent_service.storage.engine import check_safe, reading, shown_url, writing
from consent_service.tokens import KeyRing
from consent_service.web.people.setup import setup_link


@click.command()
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


@click.command("keeper")
@with_context
def run_keeper(context: Context) -> None:
    """Run the keeper alone: merge, release and close. `serve` runs one by itself."""
    keeper_process.run(context.config)
