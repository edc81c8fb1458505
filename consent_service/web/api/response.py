"""Answers with a tag, by which a program need not read what it has already."""

from __future__ import annotations

import hashlib

import msgspec
from flask import Response, request


def document(content: object) -> Response:
    return tagged(Response(msgspec.json.encode(content), mimetype="application/json"))


def tagged(response: Response) -> Response:
    """Add a strong ETag, made of the bytes themselves; 304 if the program has them already.

    Not made of the digest of a closed period in the database, for that is over counts that are not shown.
    """
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest())
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response
