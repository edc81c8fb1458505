"""Moving everything to another database."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import click
from sqlalchemy import URL, Engine

from consent_service.backup import moving, rows
from consent_service.cli.context import Context, with_context
from consent_service.config import read_database_url
from consent_service.domain.errors import UserError
from consent_service.storage.database.engine import close_connections, connect, is_shared, shown_url, truncate_log
from consent_service.storage.database.spool_lock import lock_database


@click.command()
@click.option("--to", required=True, metavar="URL", help="The database to move to, as CONSENT_DATABASE_URL names one.")
@with_context
def move(context: Context, to: str) -> None:
    """Move everything to another database, of either kind: SQLite or PostgreSQL. The service must be stopped.

    The spool stays in its place, with what waits in it.
    """
    url = read_database_url(to, context.config.data_dir)
    _check_other(context.config.database_url, url)
    context.checked()
    target, now = connect(url), time.time()
    with ExitStack() as stack:
        stack.callback(close_connections, target)
        stack.enter_context(context.stopped_service())
        stack.enter_context(context.spool.lock("keeper-step", wait=True))
        held = lock_database(url, context.spool)
        with moving.source(context.engine, context.spool.id, now) as connection:
            number = rows.count(connection)
            with click.progressbar(length=number, label=f"{number} rows", file=sys.stderr) as bar:
                moving.move(connection, target, now, bar.update)
        truncate_log(target)
        if held:
            held.close()
    click.echo(f"{number} rows moved to {shown_url(target)}")
    for line in _settings(context, target):
        click.echo(line)


def _check_other(present: URL, url: URL) -> None:
    """Raises UserError for the database that is in use. Another name of it is refused later: it is not empty."""
    if _place(present) == _place(url):
        raise UserError("--to names the database that is in use: name another one")


def _place(url: URL) -> tuple[object, ...]:
    if url.drivername == "sqlite":
        return (Path(url.database or "").resolve(),)
    return url.host, url.port, url.database, url.query


def _settings(context: Context, target: Engine) -> Iterator[str]:
    """The settings to change, one a line. No password is shown."""
    place = shown_url(target).replace("+psycopg", "", 1)
    yield f"set CONSENT_DATABASE_URL to {place if is_shared(target) else f'sqlite:///{place}'}"
    if context.config.keys_file and is_shared(target):
        yield f"set CONSENT_SECRET_KEYS to the keys in the file {context.config.keys_file}"
    else:
        yield "leave the secret keys as they are"
