"""A site's options, as `site set` takes them. The domain checks their values, so that each error is one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from consent_service.cli.files import read_object
from consent_service.domain.snippet.options import Options, OptionsError
from consent_service.domain.snippet.theme import Theme, read_theme
from consent_service.hostnames import to_ascii

NONE = "none"
"""Takes a domain or theme away again. A file of this name is ./none."""

NAMES = tuple(option.name for option in fields(Options))


def site_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command a parameter for each of a site's options; None where it is not given."""
    for option in (
        click.option("--theme", metavar="FILE|none", help="Colours, font and place of the notice; FILE is JSON."),
        click.option("--consent-mode/--no-consent-mode", default=None, help="Tell Google's tags of the choice."),
        click.option("--routes", metavar="path|hash", help="Where single-page applications keep the page's path."),
        click.option("--subdomains", metavar="DOMAIN|none", help="Ask once for all host names within DOMAIN."),
        click.option("--do-not-track", metavar="ask|refuse", help="What Do Not Track does."),
    ):
        command = option(command)
    return command


def changes_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """What the command line changes, as `Options.amended` takes it. Raises OptionsError and HostNameError."""
    changes = {name: given[name] for name in NAMES if given[name] is not None}
    if changes.get("subdomains") == NONE:
        changes["subdomains"] = ""
    if "subdomains" in changes:
        changes["subdomains"] = to_ascii(changes["subdomains"])
    if "theme" in changes:
        changes["theme"] = _theme(changes["theme"])
    return changes


def _theme(file: str) -> Theme | None:
    example = '{"light": {...}, "dark": {...}}'
    return None if file == NONE else read_theme(read_object(Path(file), example, OptionsError))
