"""What proves who somebody is: their password, and a code of their second factor. Attempts are limited."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask_login import current_user
from sqlalchemy import Connection
from werkzeug.exceptions import TooManyRequests

from consent_service.security import attempts, passwords, totp
from consent_service.security.attempts import Step
from consent_service.security.encryption import Undecipherable
from consent_service.security.hashing import TooManyHashes
from consent_service.storage.database.engine import reading, writing
from consent_service.storage.people import accounts, audit_trail, factors, sessions
from consent_service.storage.people.accounts import PasswordHash
from consent_service.storage.people.audit_trail import Actor
from consent_service.storage.people.factors import Factor
from consent_service.web.people import known
from consent_service.web.security import session
from consent_service.web.services import services

T = TypeVar("T")

CROWDED = (
    "More people sign in just now than the service takes at once, or somebody tries to keep others out. Wait half a "
    "minute, then try again. A browser in which you have signed in before has a place of its own."
)

TOO_MANY = (
    f"There were {attempts.MOST} attempts for this e-mail address. Wait a quarter of an hour, then try again. "
    "If they were not yours, somebody tries to get in: a second factor keeps them out."
)


def password(email: str, typed: str) -> str | None:
    """The hash of an account's password if it was typed, else None. Raises TooManyRequests.

    The same work and the same answers if there is no such account.
    """
    email = accounts.tidied(email)
    with reading(services().engine) as connection:
        stored = accounts.password_hash(connection, email)
    browser = _own_session(email) or known.browser_of(email, stored)
    _count("password", email, browser)
    if not in_turn(lambda: accounts.is_right(stored, typed), is_known=bool(browser)):
        return None
    services().attempts.forget("password", email, browser)
    return stored


def hashed(typed: str) -> PasswordHash:
    """The hash to keep of a password. Raises UserError and TooManyRequests."""
    passwords.checked(typed)  # what is refused anyway takes nobody's turn
    return in_turn(lambda: accounts.hashed(typed), is_known=current_user.is_authenticated)


def in_turn(work: Callable[[], T], *, is_known: bool) -> T:
    """Have a password hashed in its turn. Raises what ``work`` raises, and TooManyRequests."""
    try:
        return services().hashing.run(work, is_known=is_known)
    except TooManyHashes:
        raise TooManyRequests(CROWDED, retry_after=30) from None


def code(email: str, typed: str) -> bool:
    """Whether a code of an account's second factor, or a recovery code, was typed; each is taken once.

    Raises TooManyRequests.
    """
    # No known browser counts here: with the password, one could be made for every few guesses.
    browser = _own_session(email)
    _count("code", email, browser)
    now = services().clock()
    with writing(services().engine) as connection:
        held = factors.of_account(connection, email)
        if held and _takes_code(connection, email, held, typed, now):
            services().attempts.forget("code", email, browser)
            return True
        audit_trail.note(connection, Actor(email, now), "second factor failed")
    return False


def context_of(email: str) -> str:
    """What an account's secret is encrypted with."""
    return f"second factor of {email}"


def is_readable(email: str, held: Factor) -> bool:
    """Whether one of the keys opens the secret; if not, recovery codes are all there is."""
    try:
        services().cipher.decrypt(held.secret, context_of(email))
    except Undecipherable:
        return False
    return True


def secret_for(connection: Connection, email: str, wanted: str) -> str:
    """The secret of an account's second factor, encrypted for another address; empty if it has none.

    One that no key opens stays as it is: recovery codes go on, and it can be turned off.
    """
    held = factors.of_account(connection, email)
    if held is None or not is_readable(email, held):
        return held.secret if held else ""
    return services().cipher.encrypt(services().cipher.decrypt(held.secret, context_of(email)), context_of(wanted))


def _takes_code(connection: Connection, email: str, held: Factor, typed: str, now: float) -> bool:
    if factors.take_code(connection, email, typed):
        audit_trail.note(connection, Actor(email, now), "recovery code used", left=str(held.codes - 1))
        return True
    try:
        secret = services().cipher.decrypt(held.secret, context_of(email))
    except Undecipherable:
        return False  # fails closed
    step = totp.matching_step(secret, "".join(typed.split()), now, held.step)
    # Encrypted anew at each use, so that an older key can go once everybody has signed in.
    anew = services().cipher.encrypt(secret, context_of(email))
    return step is not None and factors.take_step(connection, email, step, anew)


def _own_session(email: str) -> str:
    """The session's id, where it is this account that is signed in: nobody else uses up its attempts."""
    is_own = current_user.is_authenticated and current_user.email == email
    return f"session {sessions.id_of(session.secret())}" if is_own else ""


def _count(step: Step, email: str, browser: str) -> None:
    if not services().attempts.admits(step, email, browser):
        raise TooManyRequests(TOO_MANY, retry_after=attempts.SECONDS)
