"""Looking at a live installation."""

from __future__ import annotations

import time
from pathlib import Path

import click

from consent_service.audit import checks, table
from consent_service.audit.installation import Installation
from consent_service.cli.context import Context, with_context
from consent_service.domain.errors import UserError


@click.command()
@click.option(
    "--search",
    "folders",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A further folder in which a proxy may log; may be repeated.",
)
@click.option("--url", "urls", multiple=True, help="A further address that leads to the service; may be repeated.")
@click.option("--patience", type=float, default=5.0, show_default=True, help="Seconds that a log may take.")
@with_context
def audit(context: Context, folders: tuple[Path, ...], urls: tuple[str, ...], patience: float) -> None:
    """Check this installation: what is stored, who can read it, and what the machine and its proxy keep.

    Run it as root, who sees all logs, with the service's settings, while the service runs. It sends two requests
    that are refused and searches the machine for them. Status 1 if a check fails or could not be made.
    """
    if any("@" in url for url in urls):  # what is found is told with the address that was asked
        raise UserError("--url: an address without user and password, such as https://stats.example.org")
    installation = Installation(
        context.config, context.engine, time.time(), time.monotonic, time.sleep, patience, folders=folders, urls=urls
    )
    rows = list(checks.run(installation))
    click.echo("\n".join(table.lines(rows)))
    if told := table.shortfall(rows):
        raise UserError(told)
