"""The owner's side put together: guard, sessions, CSRF, the limit on sign-ins, pages, errors."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from importlib import resources

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager, current_user
from flask_wtf import CSRFProtect

from consent_service import hostnames, locale
from consent_service.config import Config
from consent_service.snippet import home
from consent_service.storage.people.sessions import SESSION_SECONDS
from consent_service.web import compressed, errors, limits, words
from consent_service.web.api import openapi, reference, routes
from consent_service.web.notices import editor, preview, proof, versions
from consent_service.web.numbers import (
    archive,
    export,
    goals,
    headline,
    overview,
    panel_captions,
    shared,
    sharing,
    site_annotations,
    site_numbers,
)
from consent_service.web.people import (
    account,
    api_tokens,
    code,
    everybody,
    factor,
    invitation,
    members,
    setup,
    sign_in,
    trail,
)
from consent_service.web.security import access, headers, session
from consent_service.web.settings import adding, check, look, removal, settings
from consent_service.web.visitors import public, receipt

VISITORS = frozenset({"public", "notices", "privacy", "receipt", "health", "metrics"})
"""Blueprints for people who never sign in."""

PAGES = (
    sign_in, setup, code, invitation, account, factor, api_tokens, everybody, members, trail,
    overview, site_numbers, site_annotations, goals, export, archive, sharing, shared,
    adding, settings, look, check, removal,
    versions, editor, preview, proof,
    openapi, reference,
)  # fmt: skip
"""The modules of the owner's side, each with its routes."""

OWN_FILES = (
    "style.css", "icon.svg", "check.js", "series.js", "theme.js", "zone.js", "world.svg",
    "uplot/uPlot.iife.min.js", "uplot/uPlot.min.css",
)  # fmt: skip
"""What the owner's pages load."""

LIMITED = (
    "sign_in.sign_in",
    "setup.make_account",
    "code.check",
    "invitation.join",
    "account.change_password",
    "account.change_email",
    "account.remove",
    "factor.turn_on",
    "factor.turn_off",
    "factor.renew_codes",
    "api_tokens.make",
)
"""Whatever takes a password or a code, and whatever makes an account, at the price of a slow hash."""


class OwnerSessions(SecureCookieSessionInterface):
    """Flask's signed cookie, but never where nobody signs in: not read, not set, no ``Vary: Cookie``."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return None if headers.has_no_session(request.path) else super().open_session(app, request)


def install(flask: Flask, config: Config) -> None:
    """Add the owner's side to the application."""
    headers.install(flask, config.public_url)
    errors.install(flask)
    compressed.install(flask)
    _configure(flask, config)
    for module in PAGES:
        flask.register_blueprint(module.blueprint)
    _let_in(flask)
    limits.install(flask, LIMITED, [route.endpoint for route in routes.ROUTES])
    access.install(flask, VISITORS)
    flask.jinja_env.globals.update(
        current_user=current_user,
        locale=locale,
        words=words,
        tabs=access.tabs,
        may=access.may,
        is_administrator=access.is_administrator,
        panel_captions=panel_captions,
        headline=headline,
        style_version=_style_version(),
    )
    flask.jinja_env.filters.update(
        to_unicode=hostnames.to_unicode, both=hostnames.with_stored, origin_to_unicode=hostnames.origin_to_unicode
    )
    flask.jinja_env.trim_blocks = flask.jinja_env.lstrip_blocks = True


def _configure(flask: Flask, config: Config) -> None:
    is_here = home.is_here(config.public_url)
    flask.session_interface = OwnerSessions()
    flask.config.update(
        SECRET_KEY_FALLBACKS=list(config.secret_keys[1:]),
        # The prefix keeps other hosts of the domain from setting it; browsers take it with Secure alone.
        SESSION_COOKIE_NAME="owner" if is_here else "__Host-owner",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=not is_here,
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(seconds=SESSION_SECONDS),
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
        WTF_CSRF_TIME_LIMIT=None,  # the token lasts as long as the session that it is bound to
        WTF_CSRF_SSL_STRICT=False,  # it wants a Referer header, which our own Referrer-Policy forbids
    )


def _let_in(flask: Flask) -> None:
    """Sign-in by Flask-Login, from our own session alone, and CSRF on every form."""
    manager = LoginManager()
    manager.session_protection = None  # it would keep a hash of address and agent
    manager.request_loader(session.load_owner)
    manager.unauthorized_handler(session.ask_to_sign_in)
    # Its context processor would ask the database who it is even for the page that says the database is away.
    manager.init_app(flask, add_context_processor=False)
    csrf = CSRFProtect()
    for visitors in (public.blueprint, receipt.blueprint):
        csrf.exempt(visitors)  # nothing that they send is done in anyone's name
    csrf.init_app(flask)


def _style_version() -> str:
    """In the addresses of the pages' own files, so that browsers may keep them for a year."""
    digest, assets = hashlib.sha256(), resources.files("consent_service.web").joinpath("assets")
    for name in OWN_FILES:
        digest.update(assets.joinpath(name).read_bytes())
    return digest.hexdigest()[:12]
