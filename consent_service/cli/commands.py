"""The command group that all commands belong to."""

from __future__ import annotations

import click

from consent_service import __version__
from consent_service.cli.lazy_group import LazyGroup


@click.group(
    cls=LazyGroup,
    places={
        "archive": (
            "archives:write_archive",
            "Write all that is closed of a site, its notices and settings into a file.",
        ),
        "audit": ("audit:audit", "Check this installation: what is stored, who can read it, what the machine does."),
        "backup": ("backups:write_backup", "Write everything of this installation into a file, while it runs."),
        "close": ("close:close", "Release and close all that is due, now, as the keeper does by itself."),
        "demo": ("demo:demo", "Two demo sites with three past months, in a throw-away data folder."),
        "export": ("archives:export", "Print the counts of closed months of a site."),
        "import": ("archives:import_archive", "Make a site of an archive and print its key."),
        "keeper": ("running:run_keeper", "Run the keeper alone: merge, release and close."),
        "migrate": ("migrating:run_migrations", "Bring the database to this version's schema."),
        "move": ("moves:move", "Move everything to another database."),
        "notice": ("notices:notice", "Publish notices."),
        "proof": ("proof:proof", "Write the proof of consent of a site into an archive."),
        "restore": ("backups:restore_backup", "Fill an empty installation with a backup."),
        "serve": ("running:serve", "Serve until stopped: the workers, and the keeper beside them."),
        "site": ("site_group:site", "Add, list, change and remove sites."),
        "spool": ("spools:spool", "Carry what is pending over a planned reboot."),
        "user": ("users:user", "Add, list and remove people who may sign in."),
    },
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__)
def commands() -> None:
    """The cookie notice and traffic statistics of your websites, keeping nothing about any one visitor.

    Start with `migrate`, then `serve`; add a site with `site add`. Settings come from the environment
    (CONSENT_DATA_DIR, CONSENT_PUBLIC_URL, ...): docs/configuration.md lists them.
    """
