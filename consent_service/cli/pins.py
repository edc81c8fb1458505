"""Scripts that a site's pages pin by their digest."""

from __future__ import annotations

import time
from html import escape

import click

from consent_service.cli.context import Context, with_context
from consent_service.snippet import build
from consent_service.storage import pins, sites
from consent_service.storage.database.engine import reading, writing


@click.command("pin")
@click.argument("key")
@with_context
def pin(context: Context, key: str) -> None:
    """Keep the script of the site KEY as it is now, and print the line that embeds it by its digest.

    It stays as it is, whatever becomes of the service; a new notice is fetched by whoever accepted it.
    """
    url = context.config.public_url
    with writing(context.checked()) as connection:
        present = sites.get(connection, key)
        edition = present.timeline.on(present.timeline.day_at(time.time()))
        files = build.for_site(present, edition, url, {"pinned"})
        pins.add(connection, key, files.digest, files.text)
        context.note(connection, "script pinned", key, digest=files.digest)
    source = escape(f"{url}/s/{key}/consent.{files.digest}.js")
    click.echo(f'<script src="{source}" integrity="{files.integrity}" crossorigin="anonymous" defer></script>')


@click.command("pins")
@click.argument("key")
@with_context
def list_pins(context: Context, key: str) -> None:
    """List the digests of the scripts that the site KEY has pinned."""
    with reading(context.checked()) as connection:
        sites.get(connection, key)
        for digest in pins.scripts(connection, key):
            click.echo(digest)


@click.command("unpin")
@click.argument("key")
@click.argument("digest")
@with_context
def unpin(context: Context, key: str, digest: str) -> None:
    """Remove the pinned script DIGEST of the site KEY: pages that embed it go without a notice.

    Browsers that have kept it use it for a year at most.
    """
    with writing(context.checked()) as connection:
        sites.get(connection, key)
        if not pins.remove(connection, key, digest):
            raise sites.SiteError(f"{key} has pinned no script {digest!r}; consent-service site pins {key} lists them")
        context.note(connection, "script unpinned", key, digest=digest)
