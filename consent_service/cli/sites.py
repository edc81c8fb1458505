"""Sites."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any

import click

from consent_service.administration import site_acts
from consent_service.administration.site_acts import SiteSettings
from consent_service.cli.context import Context, with_context
from consent_service.cli.notices import report
from consent_service.cli.options import NAMES, changes_of, site_options
from consent_service.domain.notice.notice import LEAST_THRESHOLD, Terms
from consent_service.domain.notice.texts import purposes_of
from consent_service.domain.notice.wording import SHIPPED, languages_of, texts_in
from consent_service.hostnames import parse_typed
from consent_service.storage import sites
from consent_service.storage.database.engine import reading, writing


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


def _hosts(words: Iterable[str]) -> tuple[str, ...]:
    """Host names as they were given, by address or by name; what was taken off is told beside the output."""
    typed = parse_typed(words)
    for note in typed.notes:
        click.echo(note, err=True)
    return typed.names


@click.command("add")
@click.argument("name")
@click.option(
    "--language",
    "languages",
    multiple=True,
    default=("en",),
    help=f"Of the shipped notice; may be repeated, the default one first: {', '.join(SHIPPED)}; or all.",
)
@click.option(
    "--purpose",
    "purposes",
    multiple=True,
    help=f"What waits for its own choice beside counting; may be repeated: {', '.join(purposes_of(SHIPPED))}.",
)
@_terms_options
@with_context
def add_site(
    context: Context,
    name: str,
    languages: tuple[str, ...],
    purposes: tuple[str, ...],
    hosts: tuple[str, ...],
    **terms: Any,
) -> None:
    """Add the site NAME and print its key."""
    wanted = Terms(controller=name).amended(_given(**terms))
    texts = texts_in(languages_of(languages), purposes)
    names = _hosts(hosts)
    with writing(context.checked()) as connection:
        added = site_acts.add(connection, context.actor(), name, names, wanted, texts)
    click.echo(added.key)


@click.command("set")
@click.argument("key")
@click.option("--name", help="The site's name; the notice keeps naming the old one until you publish another.")
@_terms_options
@site_options
@with_context
def set_site(context: Context, key: str, name: str | None, hosts: tuple[str, ...], **given: Any) -> None:
    """Change the site KEY.

    Time zone, threshold and detail change with the next month, the rest at once. docs/embedding.md describes the
    options and a theme's FILE.
    """
    changes, names = changes_of(given), _hosts(hosts)
    terms = _given(**{name: value for name, value in given.items() if name not in NAMES})
    with writing(context.checked()) as connection:
        present = sites.get(connection, key)
        settings = SiteSettings(
            name or present.name,
            names or present.hosts,
            present.options.amended(changes),
            present.timeline.latest.notice.terms.amended(terms) if terms else None,
        )
        publication = site_acts.change(
            connection,
            context.actor(),
            present,
            settings,
            _changed(name, hosts, changes, terms),
            has_data=bool(terms) and context.has_data(connection, key),
        )
        if publication:
            report(publication, present, context.today_month(present))


def _changed(name: str | None, hosts: tuple[str, ...], *changes: Mapping[str, Any]) -> list[str]:
    """Return the names of the settings that a command changes."""
    return [*(["name"] if name else []), *(["hosts"] if hosts else []), *chain.from_iterable(changes)]


@click.command("remove")
@click.argument("key")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_context
def remove_site(context: Context, key: str, yes: bool) -> None:
    """Remove the site KEY with all its notices and counts."""
    with reading(context.checked()) as connection:
        present = sites.get(connection, key)
    if not yes:
        click.confirm(f"Remove {present.name} ({key}) and all its counts for good?", abort=True)
    site_acts.remove(context.engine, context.actor(), key)
