"""Several people of a test: accounts made without the work of a password, and browsers that are signed in."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import insert

from consent_service.domain.errors import UserError
from consent_service.storage.database.engine import writing
from consent_service.storage.people import accounts, roles, sessions
from consent_service.storage.people.accounts import NOBODYS_HASH
from consent_service.storage.tables import accounts as accounts_table
from tests.owner import Browser


def add(world: Any, email: str, **held: str) -> str:
    """An account with roles by site, ``everywhere`` at every site. Nobody knows its password."""
    with writing(world.engine) as connection:
        connection.execute(insert(accounts_table).values(email=accounts.checked(email), password_hash=NOBODYS_HASH))
        for site, role in held.items():
            roles.give(connection, email, "*" if site == "everywhere" else site, role)
    return email


def signed_in(world: Any, email: str) -> Browser:
    """A browser with a session of this account, as signing in leaves it."""
    with writing(world.engine) as connection:
        secret = sessions.start(connection, email, world.clock(), "Firefox on Linux")
    signer = SecureCookieSessionInterface().get_signing_serializer(world.app.flask)
    browser = Browser(world)
    browser.keep_cookie(signer.dumps({"secret": secret, "_permanent": True}))
    return browser


def forget(world: Any, email: str) -> None:
    """Remove an account, if there is one."""
    with suppress(UserError), writing(world.engine) as connection:
        accounts.remove(connection, email)


def come(world: Any, email: str, **held: str) -> Browser:
    """A new account, signed in."""
    return signed_in(world, add(world, email, **held))
