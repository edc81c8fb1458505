"""Carrying what is pending over a planned reboot."""

from __future__ import annotations

from pathlib import Path

import click

from consent_service.cli.context import Context, read_secret, take_all, with_context
from consent_service.spool.directory import SpoolError, is_spool


@click.group()
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
    folder = context.config.spool_dir
    if not is_spool(folder):
        raise SpoolError(f"there is no spool at {folder}: set CONSENT_SPOOL_DIR to the one of the service")
    keeper = context.keeper()
    take_all(keeper)
    click.echo(f"{keeper.save(file, read_secret())} sites saved from {folder}")


@spool.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_context
def load_spool(context: Context, file: Path) -> None:
    """Add the counts in FILE to what is pending, with the passphrase on standard input. Once only."""
    click.echo(f"{context.keeper().load(file, read_secret())} sites loaded")
