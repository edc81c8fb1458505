"""The command group that all commands belong to."""

from __future__ import annotations

import click

from consent_service import __version__
from consent_service.cli.lazy_group import LazyGroup


@click.group(
    cls=LazyGroup,
    places={
        "archive": "archives:write_archive",
        "audit": "audit:audit",
        "close": "close:close",
        "demo": "demo:demo",
        "export": "archives:export",
        "import": "archives:import_archive",
        "keeper": "running:run_keeper",
        "migrate": "migrating:run_migrations",
        "notice": "notices:notice",
        "proof": "proof:proof",
        "serve": "running:serve",
        "site": "sites:site",
        "spool": "spools:spool",
        "user": "users:user",
    },
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__)
def commands() -> None:
    """The cookie notice and traffic statistics of your websites, keeping nothing about any one visitor.

    Start with `migrate`, then `serve`; add a site with `site add`. Settings come from the environment
    (CONSENT_DATA_DIR, CONSENT_PUBLIC_URL, ...): docs/configuration.md lists them.
    """
