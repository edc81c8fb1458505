"""The command line. Every command works on a running service; what goes wrong is one line and a status of 1."""

from __future__ import annotations

import sys
from typing import NoReturn

import click
from sqlalchemy.exc import DBAPIError

from consent_service.audit.findings import FallsShort

# Importing a module of commands adds them to the group.
from consent_service.cli import archives, audit, notices, pins, proof, running, sites, spools, users
from consent_service.cli.commands import commands
from consent_service.config import ConfigError
from consent_service.demo.history import DemoError
from consent_service.domain.archived import ArchiveError
from consent_service.domain.options import OptionsError
from consent_service.domain.texts import NoticeError
from consent_service.server import StartError
from consent_service.spool.place import SpoolError
from consent_service.storage.accounts import AccountError
from consent_service.storage.engine import UnsafeDatabase
from consent_service.storage.migrate import SchemaError
from consent_service.storage.reports import ReportError
from consent_service.storage.sites import SiteError
from consent_service.tokens import MissingKey

__all__ = ["archives", "audit", "commands", "main", "notices", "pins", "proof", "running", "sites", "spools", "users"]

EXPECTED = (
    AccountError,
    ArchiveError,
    ConfigError,
    DemoError,
    FallsShort,
    MissingKey,
    NoticeError,
    OptionsError,
    ReportError,
    SchemaError,
    SiteError,
    SpoolError,
    StartError,
    UnsafeDatabase,
)
"""What a person can mend: shown as one line."""


def main() -> None:
    """Run the command line; expected errors end in one line on standard error and status 1."""
    try:
        commands(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _fail("stopped")
    except EXPECTED as error:
        _fail(str(error))
    except DBAPIError as error:
        _fail(f"the database says: {str(error.orig).strip().splitlines()[0]}")
    except UnicodeError:
        _fail("a name, password or file holds bytes that are not UTF-8 text")
    except OSError as error:
        _fail(f"{error.strerror}: {error.filename}" if error.filename else str(error.strerror))


def _fail(message: str) -> NoReturn:
    click.echo(f"consent-service: {message}", err=True)
    sys.exit(1)
