"""Notices, as `notice publish` takes them."""

from __future__ import annotations

from pathlib import Path

import click

from consent_service.administration import publishing
from consent_service.administration.publishing import Publication
from consent_service.cli.context import Context, with_context
from consent_service.cli.files import read_object
from consent_service.domain.calendar.periods import Period
from consent_service.domain.notice.texts import NoticeError
from consent_service.domain.notice.wording import changed
from consent_service.domain.site import Site
from consent_service.storage import sites
from consent_service.storage.database.engine import writing


@click.group()
def notice() -> None:
    """Publish notices."""


@notice.command("publish")
@click.argument("key")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_context
def publish_notice(context: Context, key: str, file: Path) -> None:
    """Publish the notice in FILE for the site KEY.

    FILE is JSON: "languages" of the shipped notice, "texts" of your own by language, "purposes" beside counting, and
    any of the terms that should change. Texts are current at once, terms with the next month. docs/embedding.md shows
    one.
    """
    document = read_object(file, '{"texts": {"en": ...}}', NoticeError)
    words = [document.pop(name, None) for name in ("texts", "languages", "purposes")]
    with writing(context.checked()) as connection:
        present = sites.get(connection, key)
        latest = present.timeline.latest.notice
        publication = publishing.publish(
            connection,
            context.actor(),
            present,
            has_data=context.has_data(connection, key),
            terms=latest.terms.amended(document),
            texts=changed(latest.texts, *words),
        )
        report(publication, present, context.today_month(present))


def report(publication: Publication, before: Site, month: Period) -> None:
    """Say from when the published editions hold; ``before`` is the site as it was, ``month`` the present one."""
    for edition in publication.editions:
        start = "now" if edition.current_from <= month else f"from {edition.current_from.first.isoformat()}"
        click.echo(f"notice {edition.notice.digest} is current {start}")
    if publication.withdraws:
        click.echo(f"the notice that waited for {before.timeline.latest.current_from} is withdrawn")
    elif not publication.editions:
        click.echo("nothing has changed")
