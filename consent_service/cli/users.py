"""People who may sign in."""

from __future__ import annotations

import click
from sqlalchemy import Connection

from consent_service.administration import account_acts
from consent_service.cli.context import Context, read_secret, with_context
from consent_service.domain.access.roles import EVERY_SITE, ROLES, Role
from consent_service.domain.errors import UserError
from consent_service.storage.database.engine import reading, writing
from consent_service.storage.people import accounts, factors, roles


@click.group()
def user() -> None:
    """Add, list and remove people who may sign in."""


@user.command("add")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password from standard input.")
@click.option("--site", "key", metavar="KEY", default=EVERY_SITE, help="The site of the role (default: every site).")
@click.option("--role", type=click.Choice(ROLES), default="owner", show_default=True, help="What the account may do.")
@with_context
def add_user(context: Context, email: str, password_stdin: bool, key: str, role: Role) -> None:  # noqa: ARG001 - the flag says where from
    """Add an account for EMAIL, owner of every site unless told otherwise."""
    engine, password_hash = context.checked(), accounts.hashed(read_secret())
    with writing(engine) as connection:
        account_acts.add(connection, context.actor(), email, password_hash, key, role)


@user.command("list")
@with_context
def list_users(context: Context) -> None:
    """List all accounts: e-mail address, roles by site (* is every site), second factor."""
    with reading(context.checked()) as connection:
        held, with_factor = roles.of_everyone(connection), factors.having(connection)
        for email in accounts.everyone(connection):
            told = ",".join(f"{site}={role}" for site, role in held.get(email, {}).items())
            click.echo(f"{email}\t{told or 'no role'}\t{'second factor' if email in with_factor else 'password alone'}")


@user.command("remove")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_context
def remove_user(context: Context, email: str, yes: bool) -> None:
    """Remove the account of EMAIL, with its sessions, roles and tokens.

    Also the last one: then `serve` prints a link to make the first account when it starts again.
    """
    with reading(context.checked()) as connection:
        email = _present(connection, email)
    if not yes:
        click.confirm(f"Remove the account of {email} for good?", abort=True)
    with writing(context.engine) as connection:
        account_acts.remove(connection, context.actor(), email, may_be_last=True)


@user.command("reset")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read a new password from standard input, too.")
@with_context
def reset_user(context: Context, email: str, password_stdin: bool) -> None:
    """Turn off the second factor of EMAIL, who lost the device and the recovery codes.

    The password stays, unless a new one is given; then all sessions of the account end.
    """
    password_hash = accounts.hashed(read_secret()) if password_stdin else None
    with writing(context.checked()) as connection:
        email = _present(connection, email)
        account_acts.turn_factor_off(connection, context.actor(), email)
        if password_hash:
            account_acts.change_password(connection, context.actor(), email, password_hash)


def _present(connection: Connection, email: str) -> str:
    """The address of an account as it is kept. Raises UserError."""
    email = accounts.checked(email)
    if not accounts.exists(connection, email):
        raise UserError(f"there is no account {email}; consent-service user list shows them", "email")
    return email
