"""People who may sign in."""

from __future__ import annotations

import click

from consent_service.cli.commands import commands
from consent_service.cli.context import Context, read_secret, with_context
from consent_service.domain.roles import EVERYTHING
from consent_service.storage import accounts
from consent_service.storage.engine import writing


@commands.group()
def user() -> None:
    """Add people who may sign in."""


@user.command("add")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password from standard input.")
@with_context
def add_user(context: Context, email: str, password_stdin: bool) -> None:  # noqa: ARG001 - the flag says where from
    """Add an account for EMAIL, owner of every site."""
    with writing(context.checked()) as connection:
        accounts.add(connection, email, read_secret(), EVERYTHING)
