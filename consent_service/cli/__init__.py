"""The command line. Every command works on a running service; what goes wrong is one line and a status of 1."""

from __future__ import annotations

import os
import sys
import traceback
from typing import NoReturn

import click

from consent_service.cli.commands import commands
from consent_service.domain.errors import UserError
from consent_service.serving import faults
from consent_service.serving.secrecy import hide, said_by_driver, secrets_of

__all__ = ["commands", "main"]


def main() -> None:
    """Run the command line; what a person can mend ends in one line on standard error and status 1."""
    try:
        commands(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _fail("stopped")
    except UserError as error:
        _fail(str(error))
    except UnicodeError:
        _fail("a name, password or file holds bytes that are not UTF-8 text")
    except OSError as error:
        _fail(f"{error.strerror}: {error.filename}" if error.filename else str(error.strerror))
    except Exception as error:  # noqa: BLE001 - the interpreter would print its words, which may hold a password
        _fail_unforeseen(error)


def _fail_unforeseen(error: Exception) -> NoReturn:
    """Say what the database said, if it was the database; else where the fault of the program is."""
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415 - half of what `--help` would take

    if not isinstance(error, DBAPIError):
        if sys.flags.dev_mode:
            click.echo(hide("".join(traceback.format_exception(error)), secrets_of(os.environ)), err=True, nl=False)
        _fail(f"{faults.describe(error)}; please report it, with what PYTHONDEVMODE=1 shows of it")
    if isinstance(error.orig, UserError):
        _fail(str(error.orig))
    _fail(f"the database says: {said_by_driver(error.orig, secrets_of(os.environ))}")


def _fail(message: str) -> NoReturn:
    click.echo(f"consent-service: {message}", err=True)
    sys.exit(1)
