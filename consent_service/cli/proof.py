"""Proof of consent without a record of any person."""

from __future__ import annotations

from pathlib import Path

import click

from consent_service.cli.context import Context, with_context
from consent_service.domain.notice import in_use
from consent_service.proof import evidence
from consent_service.proof import pictures as taking
from consent_service.reporting import acceptances
from consent_service.storage import sites
from consent_service.storage.database.engine import reading


@click.command()
@click.argument("key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--pictures/--no-pictures", default=True, help="Pictures of the banner, if there is a Chromium.")
@with_context
def proof(context: Context, key: str, file: Path, pictures: bool) -> None:
    """Write the proof of consent of the site KEY into FILE, an archive.

    What visitors were asked, word for word, on which days, and how often they agreed; of no person anything.
    """
    with reading(context.checked()) as connection:
        site = sites.get(connection, key)
        accepted = acceptances.by_month(connection, site)
    versions = list(in_use.uses(site.timeline, site.created_on, context.today(site)))
    take, note = taking.take_all(site, context.config.public_url) if pictures else taking.take_none()
    file.write_bytes(evidence.archive(site, versions, accepted, take, note))
    click.echo(f"{len(versions)} versions; pictures: {note}")
