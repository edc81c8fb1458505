"""The command line. Every command works on a running service; what goes wrong is one line and a status of 1."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Callable
from functools import update_wrapper
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from consent_service import __version__, process, scheduler, server
from consent_service.app import create_keeper
from consent_service.config import Config, ConfigError, load
from consent_service.demo.command import run as run_demo
from consent_service.demo.history import DemoError
from consent_service.domain import days
from consent_service.domain.days import BadPeriod
from consent_service.domain.notice import LEAST_THRESHOLD, NoticeError, Terms
from consent_service.keeper import Keeper
from consent_service.server import StartError
from consent_service.spool.pending import has_pending
from consent_service.spool.place import Spool, SpoolError
from consent_service.storage import accounts, counters, keys, migrate, reports, sites
from consent_service.storage.accounts import AccountError
from consent_service.storage.engine import UnsafeDatabase, check_safe, connect, reading, shown_url, writing
from consent_service.storage.migrate import SchemaError
from consent_service.storage.reports import ReportError
from consent_service.storage.sites import Site, SiteError
from consent_service.tokens import KeyRing, MissingKey
from consent_service.web.setup import setup_link

EXPECTED = (
    AccountError,
    BadPeriod,
    ConfigError,
    DemoError,
    MissingKey,
    NoticeError,
    ReportError,
    SchemaError,
    SiteError,
    SpoolError,
    StartError,
    UnsafeDatabase,
)
"""What a person can mend: shown as one line."""

SEAL_PATIENCE = 10
"""Seconds that `close` waits for workers to hand their tallies over."""


def main() -> None:
    """Run the command line; expected errors end in one line on standard error and status 1."""
    try:
        commands(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _fail("stopped")
    except EXPECTED as error:
        _fail(str(error))
    except DBAPIError as error:
        _fail(f"the database says: {str(error.orig).strip().splitlines()[0]}")
    except OSError as error:
        _fail(f"{error.strerror}: {error.filename}" if error.filename else str(error.strerror))


def _fail(message: str) -> NoReturn:
    click.echo(f"consent-service: {message}", err=True)
    sys.exit(1)


class Context:
    """The settings, and what most commands need, opened when first asked for."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.engine: Engine = connect(config.database_url)

    def checked(self) -> Engine:
        """The engine, once the schema is known to be this version's."""
        migrate.check_current(self.engine)
        return self.engine

    def keeper(self) -> Keeper:
        self.checked()
        return create_keeper(self.config)

    def today_month(self, site: Site) -> str:
        return days.periods_of(site.timeline.day_at(time.time())).month

    def has_counted(self, connection: Connection, key: str) -> bool:
        return counters.has_cells(connection, key) or has_pending(Spool(self.config.spool_dir), key)


def with_context(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the settings; a wrong one ends it before it does anything."""

    def run(*arguments: Any, **options: Any) -> Any:
        process.keep_to_itself()
        logging.basicConfig(format="consent-service: %(message)s", level=logging.WARNING)
        return command(Context(load(os.environ)), *arguments, **options)

    return update_wrapper(run, command)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__)
def commands() -> None:
    """The cookie notice and traffic statistics of your websites, keeping nothing about any one visitor.

    Start with `migrate`, then `serve`; add a site with `site add`. Settings come from the environment
    (CONSENT_DATA_DIR, CONSENT_PUBLIC_URL, ...): docs/configuration.md lists them.
    """


@commands.command()
@with_context
def serve(context: Context) -> None:
    """Serve on CONSENT_BIND until stopped: the workers, and the keeper beside them."""
    engine = context.checked()
    check_safe(engine)
    with reading(engine) as connection:
        keys.load(connection, KeyRing(context.config.secret_keys))
        first_start = not accounts.any_exists(connection)
    engine.dispose()
    greeting = f"Serving on {context.config.public_url} (database {shown_url(engine)})\n"
    if first_start:
        greeting += f"Make the first account here, within a day:\n  {setup_link(context.config, time.time)}\n"
    server.serve(context.config, greeting)


@commands.command("keeper")
@click.option("--parent", type=int, hidden=True, help="End with this process.")
@with_context
def run_keeper(context: Context, parent: int | None) -> None:
    """Run the keeper alone: merge, release and close. `serve` runs one by itself."""
    if parent:
        process.end_with_parent(parent)
    with Spool(context.config.spool_dir).lock("keeper"):
        scheduler.run(create_keeper(context.config))


@commands.command()
def demo() -> None:
    """Two demo sites with three past months, in a throw-away data folder, on CONSENT_BIND."""
    process.keep_to_itself()
    run_demo(time.time())


@commands.command("migrate")
@with_context
def run_migrations(context: Context) -> None:
    """Bring the database to this version's schema. Do this before the first start and after each upgrade."""
    migrate.migrate(context.engine)


@commands.command()
@with_context
def close(context: Context) -> None:
    """Release and close all that is due, now, as the keeper does by itself."""
    keeper = context.keeper()
    _take_all(keeper)
    released = keeper.release()
    closed = keeper.close()
    click.echo(f"{released} cells released, {closed} periods closed")


def _take_all(keeper: Keeper) -> None:
    """Merge until every tally that is open now has been handed over. Workers do so each second."""
    start = time.time()
    keeper.merge()
    while keeper.waits_for(start) and time.time() - start < SEAL_PATIENCE:
        time.sleep(0.1)
        keeper.merge()


@commands.command()
@click.argument("key")
@click.argument("month")
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@with_context
def export(context: Context, key: str, month: str, form: str) -> None:
    """Print the counts of a closed MONTH (2026-10) of the site KEY."""
    with reading(context.checked()) as connection:
        content = reports.export(connection, sites.get(connection, key), month, form, time.time())
    sys.stdout.buffer.write(content)


@commands.group()
def site() -> None:
    """Add, list, change and remove sites."""


def _terms_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option(
            "--detail", type=click.Choice(["month", "day"]), help="Count breakdowns by month (default) or day."
        ),
        click.option(
            "--threshold", type=int, help=f"k: the fewest visitors a number rests on; {LEAST_THRESHOLD} or more."
        ),
        click.option("--timezone", help="Such as Europe/Amsterdam (default UTC)."),
        click.option("--host", "hosts", multiple=True, help="A host name of the site; may be repeated."),
    ):
        command = option(command)
    return command


def _given(**terms: Any) -> dict[str, Any]:
    return {name: value for name, value in terms.items() if value is not None}


@site.command("add")
@click.argument("name")
@_terms_options
@with_context
def add_site(context: Context, name: str, hosts: tuple[str, ...], **terms: Any) -> None:
    """Add the site NAME and print its key."""
    wanted = Terms(controller=name).amended(_given(**terms))
    today = days.local_day(time.time(), ZoneInfo(wanted.timezone))
    with writing(context.checked()) as connection:
        click.echo(sites.add(connection, name, hosts, wanted, today).key)


@site.command("list")
@with_context
def list_sites(context: Context) -> None:
    """List all sites: key, name, hosts, time zone, threshold, detail."""
    with reading(context.checked()) as connection:
        for one in sites.everyone(connection):
            terms = one.timeline.in_month(context.today_month(one)).notice.terms
            line = (one.key, one.name, ",".join(one.hosts), terms.timezone, f"k={terms.threshold}", terms.detail)
            click.echo("\t".join(line))


@site.command("set")
@click.argument("key")
@click.option("--name", help="The site's name; the notice keeps naming the old one until you publish another.")
@_terms_options
@with_context
def set_site(context: Context, key: str, name: str | None, hosts: tuple[str, ...], **terms: Any) -> None:
    """Change the site KEY. Names and hosts change at once, the rest with the next month."""
    with writing(context.checked()) as connection:
        present = sites.get(connection, key)
        sites.amend(connection, key, name or present.name, hosts or present.hosts)
        given = _given(**terms)
        if given:
            wanted = present.timeline.latest.notice.terms.amended(given)
            _publish(context, connection, present, terms=wanted)


@site.command("remove")
@click.argument("key")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_context
def remove_site(context: Context, key: str, yes: bool) -> None:
    """Remove the site KEY with all its notices and counts."""
    with reading(context.checked()) as connection:
        present = sites.get(connection, key)
    if not yes:
        click.confirm(f"Remove {present.name} ({key}) and all its counts for good?", abort=True)
    with writing(context.engine) as connection:
        sites.remove(connection, key)


@commands.group()
def notice() -> None:
    """Publish notices."""


@notice.command("publish")
@click.argument("key")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_context
def publish_notice(context: Context, key: str, file: Path) -> None:
    """Publish the notice in FILE for the site KEY.

    FILE is JSON: "texts" by language, and any of the terms that should change. Texts are current at once, terms
    with the next month. docs/embedding.md shows one.
    """
    document = _read_notice_file(file)
    texts = document.pop("texts", None)
    with writing(context.checked()) as connection:
        present = sites.get(connection, key)
        wanted = present.timeline.latest.notice.terms.amended(document)
        _publish(context, connection, present, terms=wanted, texts=texts)


def _read_notice_file(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise NoticeError(f"{file} is not JSON: {error}") from None
    except OSError as error:
        raise NoticeError(f"{file} cannot be read: {error.strerror}") from None
    if not isinstance(document, dict):
        raise NoticeError(f'{file} must hold an object, such as {{"texts": {{"en": ...}}}}')
    return document


def _publish(context: Context, connection: Connection, present: Site, **changes: Any) -> None:
    month = context.today_month(present)
    editions = sites.publish(connection, present, month, context.has_counted(connection, present.key), **changes)
    for edition in editions:
        start = "now" if edition.current_from <= month else f"from {edition.current_from}-01"
        click.echo(f"notice {edition.notice.digest} is current {start}")
    waited = present.timeline.latest.current_from
    if waited > month and not any(edition.current_from > month for edition in editions):
        click.echo(f"the notice that waited for {waited} is withdrawn")
    elif not editions:
        click.echo("nothing has changed")


@commands.group()
def spool() -> None:
    """Carry what is pending over a planned reboot.

    The spool is in memory. Before a reboot: stop the service, `spool save FILE`; afterwards: `spool load FILE`,
    start it. Both read a passphrase from standard input.
    """


@spool.command("save")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_context
def save_spool(context: Context, file: Path) -> None:
    """Move all pending counts into FILE, encrypted under the passphrase on standard input."""
    keeper = context.keeper()
    _take_all(keeper)
    click.echo(f"{keeper.save(file, _passphrase())} sites saved")


@spool.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_context
def load_spool(context: Context, file: Path) -> None:
    """Add the counts in FILE to what is pending, with the passphrase on standard input. Once only."""
    click.echo(f"{context.keeper().load(file, _passphrase())} sites loaded")


def _passphrase() -> str:
    return sys.stdin.readline().rstrip("\n")


@commands.group()
def user() -> None:
    """Add people who may sign in."""


@user.command("add")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password from standard input.")
@with_context
def add_user(context: Context, email: str, password_stdin: bool) -> None:  # noqa: ARG001 - the flag says where from
    """Add an account for EMAIL."""
    with writing(context.checked()) as connection:
        accounts.add(connection, email, _passphrase())
