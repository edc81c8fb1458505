"""A site's closed counts as files: a month, or everything as one archive that can be read back."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import click

from consent_service.archive import bundle, reader, writer
from consent_service.cli.context import Context, with_context
from consent_service.domain.figures.monthly import FORMS
from consent_service.reporting import exports
from consent_service.storage import sites
from consent_service.storage.database.engine import reading


@click.command()
@click.argument("key")
@click.argument("months")
@click.option("--format", "form", type=click.Choice(FORMS), default="csv", show_default=True)
@click.option("--days", is_flag=True, help="The totals of each closed day instead, as CSV.")
@with_context
def export(context: Context, key: str, months: str, form: str, days: bool) -> None:
    """Print the counts of closed MONTHS of the site KEY.

    MONTHS is a month (2026-10), a year (2026), or a first and a last month (2026-01..2026-06).
    """
    if days and form != "csv":
        raise click.UsageError("days are written as CSV: leave --format out")
    with reading(context.checked()) as connection:
        site = sites.get(connection, key)
        content = exports.file_of(connection, site, months, "days" if days else form, time.time())
    sys.stdout.buffer.write(content)


@click.command("archive")
@click.argument("key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_context
def write_archive(context: Context, key: str, file: Path) -> None:
    """Write all that is closed of the site KEY, its notices and settings into a new FILE.

    `import` makes a site of it, here or elsewhere. Accounts, roles, tokens and links are not in it.
    """
    with reading(context.checked()) as connection:
        site = sites.get(connection, key)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                bundle.write(stream, site.key, writer.files(connection, site))
        except BaseException:
            file.unlink()  # half an archive is none
            raise


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as-new", is_flag=True, help="Make a site with a new key, beside the one that there is.")
@with_context
def import_archive(context: Context, file: Path, as_new: bool) -> None:
    """Make a site of the archive FILE and print its key. Everything in it is checked first."""
    with bundle.opened(file) as archive:
        click.echo(reader.restore(context.checked(), archive, time.time(), as_new))
