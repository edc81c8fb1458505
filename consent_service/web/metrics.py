"""``/metrics``: how the service is, and how much it counted in steps of a thousand. No site, nothing from outside."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

blueprint = Blueprint("metrics", __name__)

_FROM_A_PROXY = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via")


@blueprint.get("/metrics")
def metrics() -> Response:
    """In Prometheus' text form, to a direct connection alone: through a proxy there is nothing here."""
    if any(name in request.headers for name in _FROM_A_PROXY):
        abort(404)
    from consent_service.web import metric_families as families  # noqa: PLC0415 - its library is large

    return Response(families.exposition(), 200, {"Cache-Control": "no-store"}, content_type=families.CONTENT_TYPE)
