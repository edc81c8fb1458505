"""Plain pages for what goes wrong: the status, what it means, what to do. Never a traceback, nothing personal."""

from __future__ import annotations

import logging
import re

from flask import Flask, Response, current_app, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from consent_service.storage.database.engine import AWAY
from consent_service.web import problems
from consent_service.web.advice import ADVICE, advice_for, own_words
from consent_service.web.security import headers
from consent_service.web.security.access import NoSite

log = logging.getLogger(__name__)

_OF_SITE = re.compile(r"/sites/(?!new(?:/|$))([a-z0-9]{1,32})/", re.ASCII)

FORM_IS_STALE = (
    "The form came without the mark that this page gave it, or with another one. Go back, reload the page and send "
    "it again. Cookies must be allowed for this address, which must begin with https:// (but on localhost)."
)


FORM_ERRORS = (400, 409, 413, 429)
"""Statuses after which the page that holds the form is of use."""


def install(flask: Flask) -> None:
    flask.register_error_handler(HTTPException, _show)
    for kind in AWAY:
        flask.register_error_handler(kind, _show_away)


def _show_away(error: Exception) -> Response:
    """Fails closed: without the database no page. The message of the driver may hold values; its kind does not."""
    log.warning("the database is away: %s", type(error).__name__)
    return _show(ServiceUnavailable(ADVICE[503].page))


def _show(error: HTTPException) -> Response:
    if isinstance(error, HTTPException) and error.response is not None:
        return error.response  # type: ignore[return-value]
    status = error.code or 500
    text = _text(error, status)
    if headers.is_api(request.path):
        return problems.answer(error)
    if headers.is_public(request.path):
        return Response(text + "\n", status, mimetype="text/plain")
    back, label = _way_back(error, status)
    title = advice_for(status).title
    page = render_template("error.html", status=status, title=title, text=text, back=back, label=label)
    response = Response(page, status, mimetype="text/html")
    if status in (429, 503):
        response.headers["Retry-After"] = str(getattr(error, "retry_after", None) or 60)
    if status == 405:
        response.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or ())
    return response


def _way_back(error: HTTPException, status: int) -> tuple[str, str]:
    """Where the reader goes on, and what that is called: the page whose form went wrong, the site, or the list."""
    addresses = current_app.create_url_adapter(request)
    if status in FORM_ERRORS and addresses and addresses.test(request.path, "GET"):
        return request.path, "Back to the page"
    if request.path.startswith("/account/"):
        return "/account", "Back to your account"
    of_site = _OF_SITE.match(request.path)
    if of_site and not isinstance(error, NoSite):  # nothing is looked up
        return f"/sites/{of_site[1]}", "Back to the site"
    return "/", "To the list of sites"


def _text(error: HTTPException, status: int) -> str:
    """Return what the page that raised the error says, else the advice for its status."""
    if isinstance(error, CSRFError):
        return FORM_IS_STALE
    return own_words(error) or advice_for(status).page or error.description or "Go back and try again."
