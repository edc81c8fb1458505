"""Running the service: serve, keeper."""

from __future__ import annotations

import logging
import os
import time
from datetime import UTC, datetime
from functools import partial

import click

from consent_service import worker
from consent_service.cli.context import Context, with_context
from consent_service.domain.calendar import periods
from consent_service.keeper import process
from consent_service.security import setup_link
from consent_service.security.tokens import KeyRing
from consent_service.serving import server
from consent_service.snippet import home
from consent_service.storage import sites
from consent_service.storage.counts import quarter_keys
from consent_service.storage.database.engine import check_safe, reading, shown_url, writing
from consent_service.storage.people import accounts

log = logging.getLogger(__name__)


@click.command()
@with_context
def serve(context: Context) -> None:
    """Serve on CONSENT_BIND until stopped: the workers, and the keeper beside them."""
    engine = context.checked()
    check_safe(engine)
    context.claim()
    with writing(engine) as connection:
        # Before the workers are there: the first who accepts must find the key.
        quarter_keys.assign(connection, periods.quarters_around(time.time()), KeyRing(context.config.secret_keys))
    with reading(engine) as connection:
        number = sites.number(connection)
        first_start = not accounts.any_exists(connection)
    engine.dispose()
    zone_database = context.zone_database
    if zone_database.is_outdated(datetime.fromtimestamp(time.time(), UTC).date()):
        log.warning("time zones are of %s, older than a year: upgrade the package tzdata", zone_database.version)
    greeting = (
        f"Serving on {context.config.public_url} (database {shown_url(engine)}, time zones {zone_database.version}"
        f" of {zone_database.name})\n"
    )
    if first_start:
        greeting += f"Make the first account here, within a day:\n  {setup_link.make(context.config, time.time())}\n"
    greeting += home.advice(context.config, os.environ)
    server.serve(context.config, number, worker.ready(context.config), partial(process.serve, context.config), greeting)


@click.command("keeper")
@with_context
def run_keeper(context: Context) -> None:
    """Run the keeper alone: merge, release and close. `serve` runs one by itself."""
    context.checked()
    process.run(context.config)
