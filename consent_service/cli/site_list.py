"""The list of sites."""

from __future__ import annotations

import click

from consent_service.cli.context import Context, with_context
from consent_service.hostnames import to_unicode
from consent_service.storage import sites
from consent_service.storage.database.engine import reading


@click.command("list")
@with_context
def list_sites(context: Context) -> None:
    """List the sites: key, name, hosts, time zone, threshold and detail."""
    with reading(context.checked()) as connection:
        for site in sites.everyone(connection):
            terms = site.timeline.in_month(context.today_month(site)).notice.terms
            hosts = ",".join(map(to_unicode, site.hosts))
            line = (site.key, site.name, hosts, terms.timezone, f"k={terms.threshold}", terms.detail)
            click.echo("\t".join(line))
