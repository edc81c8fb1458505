"""The command group that all commands belong to."""

from __future__ import annotations

import click

from consent_service import __version__


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__)
def commands() -> None:
    """The cookie notice and traffic statistics of your websites, keeping nothing about any one visitor.

    Start with `migrate`, then `serve`; add a site with `site add`. Settings come from the environment
    (CONSENT_DATA_DIR, CONSENT_PUBLIC_URL, ...): docs/configuration.md lists them.
    """
