"""An answer that a browser saves as a file."""

from __future__ import annotations

from flask import Response


def attachment(content: bytes, mimetype: str, name: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
