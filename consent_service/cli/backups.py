"""Everything of an installation as one file, and an installation of it again."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Connection

from consent_service.backup import container, reader, restoring, writer
from consent_service.backup.rows import snapshot
from consent_service.cli.context import Context, read_secret, take_all, with_context
from consent_service.security.tokens import fingerprint
from consent_service.spool.directory import is_spool
from consent_service.spool.pending import SitePending
from consent_service.storage.database.engine import truncate_log

with_passphrase = click.option(
    "--passphrase-stdin",
    is_flag=True,
    help="The file is encrypted: the passphrase is the first line of standard input.",
)


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_passphrase
@click.option("--replace", is_flag=True, help="Write over FILE if it is there.")
@with_context
def write_backup(context: Context, file: Path, passphrase_stdin: bool, replace: bool) -> None:
    """Write everything that the database holds into a new FILE, while the service runs.

    Encrypted, it holds the secret keys, too, and the counts that wait in the spool.
    """
    container.check_name(file, replace)
    context.checked()
    passphrase = read_secret() if passphrase_stdin else None
    has_spool = passphrase_stdin and is_spool(context.config.spool_dir)
    with container.written(file, passphrase, replace) as records, _read_at_once(context, has_spool) as moment:
        connection, pending = moment
        keys = context.config.secret_keys if passphrase_stdin else ()
        number = writer.write(records, connection, time.time(), keys, pending)
    click.echo(f"{number} rows written to {file}")
    click.echo(_describe(context, passphrase_stdin, has_spool), err=True)


@contextmanager
def _read_at_once(context: Context, has_spool: bool) -> Iterator[tuple[Connection, Mapping[str, SitePending] | None]]:
    """The database and what is pending, as both are at one moment."""
    with ExitStack() as stack:
        if not has_spool:
            yield stack.enter_context(snapshot(context.engine)), None
            return
        keeper = context.keeper()
        take_all(keeper)
        with keeper.standing_still() as pending:
            connection = stack.enter_context(snapshot(context.engine))
        yield connection, pending


def _describe(context: Context, is_sealed: bool, has_spool: bool) -> str:
    """What a person must know of a backup that was just written, in one line."""
    if has_spool:
        return "It holds the secret keys and what waits in this machine's spool: keep file and passphrase apart."
    of_open = "Of open periods it holds the cells that k visitors share, and nothing of what waits in the spool"
    if is_sealed:
        return f"{of_open}, of which there is none at {context.config.spool_dir}. It holds the secret keys."
    where = f"the file {context.config.keys_file}" if context.config.keys_file else "CONSENT_SECRET_KEYS"
    prints = ", ".join(map(fingerprint, context.config.secret_keys))
    return f"{of_open}; keep the keys of {where} (fingerprints {prints}) beside it."


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_passphrase
@click.option("--without-spool", is_flag=True, help="Leave out what the backup holds of the spool.")
@click.option("--show-keys", is_flag=True, help="Print the secret keys in FILE, newest first, and do nothing else.")
@with_context
def restore_backup(context: Context, file: Path, passphrase_stdin: bool, without_spool: bool, show_keys: bool) -> None:
    """Fill an empty installation with the backup FILE, of SQLite or PostgreSQL. All of FILE is checked first."""
    passphrase = read_secret() if passphrase_stdin else None
    contents = reader.check(file, passphrase)
    if show_keys:
        click.echo("\n".join(contents.keys), nl=bool(contents.keys))
        return
    engine, now = context.checked(), time.time()
    keeper = context.keeper()
    pending = None if without_spool else contents.saved
    with context.stopped_service():
        keeper.merge()
        with context.spool.lock("keeper-step", wait=True):
            restoring.check(engine, context.spool, pending)
            restoring.bring_keys(contents, context.config.secret_keys, context.config.keys_file)
            with click.progressbar(length=contents.rows, label=f"{contents.rows} rows", file=sys.stderr) as bar:
                portions = reader.rows(file, passphrase)
                restoring.restore(engine, context.spool, contents, portions, now, bar.update, pending)
        keeper.finish()
        truncate_log(engine)
    as_of = datetime.fromtimestamp(contents.head.known_until, UTC)
    click.echo(f"{contents.rows} rows restored, as of {as_of:%Y-%m-%d %H:%M} UTC")
    click.echo('What began before now and is still open is told as "or more" when it closes.', err=True)
