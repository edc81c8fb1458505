"""How much a request may send, by endpoint: known before anything of it is read, and before anybody is asked who it is.

What no form is waiting for is not read at all: a body sent to an address that does not exist or takes none, or by
somebody who is not signed in where that is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from flask import Flask, abort, request
from werkzeug.exceptions import HTTPException

from consent_service.collect.payload import LONGEST_BODY
from consent_service.front.wsgi import TOO_LARGE
from consent_service.web.security import access, session

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment


class BodyLimit(NamedTuple):
    """The largest body, in bytes, and the most fields of a form."""

    size: int
    fields: int


FORM = BodyLimit(64 * 1024, 200)
"""What a form may send that says nothing else."""

LIMITS = MappingProxyType(
    {
        "public.hit": BodyLimit(LONGEST_BODY, 0),
        "public.consent": BodyLimit(LONGEST_BODY, 0),
        "receipt.check": BodyLimit(LONGEST_BODY, 0),
        "settings.save": BodyLimit(1024 * 1024, 200),  # a sitemap, or the pages that one named
        "editor.edit": BodyLimit(1024 * 1024, 2_000),  # some twenty texts in each of many languages
        "preview.of_draft": BodyLimit(1024 * 1024, 2_000),
    }
)
"""By endpoint, where it is not `FORM`."""


def limit_of(endpoint: str) -> BodyLimit:
    return LIMITS.get(endpoint, FORM)


def install(flask: Flask) -> None:
    """Refuse what is larger, before anything else looks at the form. Visitors' addresses say so in their own way."""

    @flask.before_request
    def check_size() -> None:
        if request.endpoint is None or request.blueprint == "public" or request.method in ("GET", "HEAD", "OPTIONS"):
            return
        limit = limit_of(request.endpoint)
        request.max_content_length = request.max_form_memory_size = limit.size
        request.max_form_parts = limit.fields
        is_form = request.mimetype == "application/x-www-form-urlencoded"
        if TOO_LARGE in request.environ or (
            is_form and limit.fields and request.get_data(cache=True).count(b"&") >= limit.fields
        ):
            abort(413, f"This form takes {limit.size // 1024} kB in {limit.fields} fields. Shorten what you entered.")


def largest_body(flask: Flask) -> Callable[[WSGIEnvironment], int]:
    """A function that gives the bytes of body that a request may have, by its environ; 0 if none is read."""
    addresses = flask.url_map.bind("")

    def largest(environ: WSGIEnvironment) -> int:
        if environ["REQUEST_METHOD"] in ("GET", "HEAD", "OPTIONS"):
            return 0
        try:
            endpoint, _ = addresses.match(environ["PATH_INFO"], environ["REQUEST_METHOD"])
        except HTTPException:  # there is none, or it takes no such request
            return 0
        need = access.REQUIRED_ROLE.get(endpoint, "nobody")
        return limit_of(endpoint).size if need == "nobody" or session.is_named(flask, environ) else 0

    return largest
