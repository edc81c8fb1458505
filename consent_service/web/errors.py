"""Plain pages for what goes wrong: the status, what it means, what to do. Never a traceback, nothing personal."""

from __future__ import annotations

import logging

from flask import Flask, Response, render_template, request
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from consent_service.storage.database.engine import AWAY
from consent_service.web import problems
from consent_service.web.security import headers

log = logging.getLogger(__name__)

TITLES = {
    400: "That cannot be read",
    403: "Not allowed",
    404: "Not here",
    405: "Not in this way",
    409: "Not yet",
    413: "Too much at once",
    421: "Not under this address",
    429: "Too often",
    500: "That went wrong",
    503: "Not just now",
}

ADVICE = {
    400: "The address or the form holds something that does not make sense. Go back, reload the page and try again.",
    403: "You may not do this. Sign in with another account, or ask whoever runs the service.",
    404: "There is nothing at this address. Check it, or begin at the list of sites.",
    405: "This address does not answer to that kind of request. Begin at the list of sites.",
    413: "The form holds more than the service takes, which is 1 MB. Shorten what you entered.",
    421: "This page answers only under the address in the setting CONSENT_PUBLIC_URL. Open it there; if you run "
    "this service and want it here, set CONSENT_PUBLIC_URL to this address and restart the service.",
    429: "There were too many attempts from your network. Wait a minute, then try again.",
    500: "This is a fault of the service. It is in the service's log; try again, or tell whoever runs the service.",
    503: "The database does not answer. Counting goes on; this page comes back with the database. If you run this "
    "service, see that the database is up and that consent-service migrate has been run.",
}

FORM_IS_STALE = (
    "The form came without the mark that this page gave it, or with another one. Go back, reload the page and send "
    "it again. Cookies must be allowed for this address, which must begin with https:// (but on localhost)."
)


def install(flask: Flask) -> None:
    flask.register_error_handler(HTTPException, _show)
    for kind in AWAY:
        flask.register_error_handler(kind, _show_away)


def _show_away(error: Exception) -> Response:
    """Fails closed: without the database no page. The message of the driver may hold values; its kind does not."""
    log.warning("the database is away: %s", type(error).__name__)
    return _show(ServiceUnavailable(ADVICE[503]))


def _show(error: HTTPException) -> Response:
    if isinstance(error, HTTPException) and error.response is not None:
        return error.response  # type: ignore[return-value]
    status = error.code or 500
    text = _text(error, status)
    if headers.is_api(request.path):
        return problems.answer(error)
    if headers.is_public(request.path):
        return Response(text + "\n", status, mimetype="text/plain")
    page = render_template("error.html", status=status, title=TITLES.get(status, "That did not work"), text=text)
    response = Response(page, status, mimetype="text/html")
    if status in (429, 503):
        response.headers["Retry-After"] = str(getattr(error, "retry_after", None) or 60)
    if status == 405:
        response.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or ())
    return response


def _text(error: HTTPException, status: int) -> str:
    """What the page that raised the error says, else the advice for its status."""
    if isinstance(error, CSRFError):
        return FORM_IS_STALE
    own = error.description
    is_ours = status not in (421, 500) and not isinstance(error, RateLimitExceeded)
    if own and own != type(error).description and is_ours:
        return own
    return ADVICE.get(status, own or "Go back and try again.")
