"""What goes wrong under ``/api/``, as RFC 9457 has it: a JSON document of title, status and what to do."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from flask import Response
from werkzeug.exceptions import HTTPException

from consent_service.web.advice import advice_for, own_words

MIMETYPE = "application/problem+json"


class ProblemDocument(msgspec.Struct, forbid_unknown_fields=True):
    """What went wrong, and what to do (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


def answer(error: HTTPException) -> Response:
    """The problem as a document, with what the error has to say in headers."""
    status = error.code or 500
    detail = own_words(error) or advice_for(status).api or error.description or ""
    document = ProblemDocument("about:blank", HTTPStatus(status).phrase, status, detail)
    response = Response(msgspec.json.encode(document), status, mimetype=MIMETYPE)
    for name, value in error.get_headers():
        if name != "Content-Type":
            response.headers[name] = value
    response.headers["Cache-Control"] = "no-store"
    if status in (429, 503):
        response.headers["Retry-After"] = "60"
    return response
