"""``/receipt``: what a consent token says, read by a script in the browser; and whether it was signed here."""

from __future__ import annotations

import msgspec
from flask import Blueprint, Response, abort, request

from consent_service.collect import responses
from consent_service.collect.payload import LONGEST_TOKEN
from consent_service.collect.responses import PlainResponse
from consent_service.domain.counting.dimensions import DIMENSIONS
from consent_service.security.tokens import BadToken
from consent_service.web.visitors import descriptions, plain
from consent_service.web.visitors.lookup import is_admitted, read_token
from consent_service.web.visitors.public import TROUBLES, response_to

blueprint = Blueprint("receipt", __name__)


@blueprint.get("/receipt")
def page() -> Response:
    """The page; the token stands in the fragment, which browsers do not send."""
    if not is_admitted():
        abort(429)
    implied = [name for name in descriptions.COUNTED if name in DIMENSIONS and DIMENSIONS[name].implied]
    return plain.page(
        "receipt.html", plain.SCRIPTS, counted=descriptions.COUNTED, implied=implied, version=plain.version
    )


@blueprint.post("/receipt")
def check() -> Response:
    """Whether this service signed a token, in this spelling; whether its time is over is for the page to say.

    Nothing is counted, kept or logged of it, a refusal neither. Who objects by Global Privacy Control may ask too.
    """
    if not is_admitted():
        return _refuse(responses.TOO_MANY)
    try:
        valid = _is_signed(request.get_data())
    except TROUBLES as error:
        return _refuse(response_to(error))
    return Response(msgspec.json.encode({"valid": valid}), mimetype="application/json")


def _is_signed(body: bytes) -> bool:
    """Whether the body is a token of this service. Raises MissingKey and what AWAY names."""
    try:
        return len(body) <= LONGEST_TOKEN and bool(read_token(body.decode("ascii")))
    except (BadToken, UnicodeDecodeError):
        return False


def _refuse(refusal: PlainResponse) -> Response:
    return Response(refusal.text, refusal.status, mimetype="text/plain")
