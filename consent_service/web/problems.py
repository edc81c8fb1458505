"""What goes wrong under ``/api/``, as RFC 9457 has it: a JSON document of title, status and what to do."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from flask import Response
from werkzeug.exceptions import HTTPException

MIMETYPE = "application/problem+json"

ADVICE = {
    404: "There is nothing at this address. /api/v1/openapi.json describes what there is.",
    405: "The API is read with GET alone.",
    421: "The API answers only under the address in the setting CONSENT_PUBLIC_URL.",
    429: "There were too many requests with this token. Wait a minute, then go on.",
    500: "This is a fault of the service. It is in the service's log; try again, or tell whoever runs it.",
    503: "The database does not answer. Counting goes on; try again in a minute.",
}


def answer(error: HTTPException) -> Response:
    """The problem as a document, with what the error has to say in headers."""
    status = error.code or 500
    document = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": _detail(error, status),
    }
    response = Response(msgspec.json.encode(document), status, mimetype=MIMETYPE)
    for name, value in error.get_headers():
        if name != "Content-Type":
            response.headers[name] = value
    response.headers["Cache-Control"] = "no-store"
    if status in (429, 503):
        response.headers["Retry-After"] = "60"
    return response


def _detail(error: HTTPException, status: int) -> str:
    """What was said where the error was raised, else the advice for its status."""
    own = error.description or ""
    if own and own != type(error).description and status not in (421, 429, 500):
        return own
    return ADVICE.get(status, own)
