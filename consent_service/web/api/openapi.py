"""``/api/v1/openapi.json``: the API described for programs, made of the table of its routes."""

from __future__ import annotations

from typing import Any

from flask import Response

from consent_service import __version__
from consent_service.domain.figures.monthly import FORMS
from consent_service.domain.figures.parts import PARTS
from consent_service.web.api import response, schemas
from consent_service.web.api.documents import KEY, MONTHS, PERIOD
from consent_service.web.api.routes import ROUTES, Route, blueprint
from consent_service.web.api.schemas import Schema
from consent_service.web.api.views import BREAKDOWNS
from consent_service.web.numbers import export
from consent_service.web.problems import MIMETYPE
from consent_service.web.security import access

PROBLEMS = {
    400: "Something in the address cannot be read",
    401: "No token, or one that is not good",
    403: "The token lacks the scope",
    404: "Not there, or not for this token",
    409: "The month is still open",
    421: "Not under this host",
    429: "Too many requests with this token in a minute",
    503: "The database does not answer",
}

_ALWAYS = (401, 403, 421, 429, 503)

_IN_PATH: dict[str, tuple[str, Schema]] = {
    "key": ("The site's key.", {"type": "string", "pattern": KEY}),
    "dimension": ("What it is broken down by.", {"enum": list(BREAKDOWNS)}),
    "months": ("A month, a year, or a first and a last month", {"type": "string", "pattern": MONTHS}),
    "form": ("The form of the file.", {"enum": list(FORMS)}),
}

_DESCRIPTION = (
    "What the pages show, and no more: a count below the threshold k is never told, an open period is rounded down "
    "to multiples of k, a closed one never changes. Each answer has an ETag; send it back as If-None-Match."
)


@blueprint.get("/openapi.json")
def document() -> Response:
    return response.document(describe())


def describe() -> dict[str, Any]:
    """OpenAPI 3.1."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "consent-service", "version": __version__, "description": _DESCRIPTION},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": {route.path: {"get": _operation(route)} for route in ROUTES},
        "components": {
            "schemas": schemas.SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "cs_ID_SECRET"}},
        },
    }


def scope_of(route: Route) -> str:
    """The scope that a token needs for a route; empty if any will do."""
    need = access.REQUIRED_ROLE[route.endpoint]
    return "" if need == "token" else need


def _operation(route: Route) -> Schema:
    scope = scope_of(route)
    needed = f"The token needs the scope {scope}." if scope else "Any token will do."
    return {
        "operationId": route.name,
        "summary": route.summary,
        "description": needed,
        "parameters": [*map(_path_parameter, route.parameters), *_in_query(route)],
        "responses": {
            "200": _good(route),
            "304": {"description": "Not changed since the answer with this ETag"},
            **{str(status): _problem(status) for status in sorted({*_ALWAYS, *route.problems})},
        },
    }


_PERIOD_PARAMETER: Schema = {
    "name": "period",
    "in": "query",
    "description": "A day, ISO week, month or year; the present month if there is none.",
    "schema": {"type": "string", "pattern": PERIOD},
}


_PART_PARAMETER: Schema = {
    "name": "by",
    "in": "query",
    "description": "A part of a campaign (source, medium) or of a platform (device, system) by which its shown rows "
    "are added up.",
    "schema": {"enum": [part for names in PARTS.values() for part in names]},
}


def _in_query(route: Route) -> list[Schema]:
    asked = ((route.takes_period, _PERIOD_PARAMETER), (route.takes_part, _PART_PARAMETER))
    return [parameter for is_taken, parameter in asked if is_taken]


def _path_parameter(name: str) -> Schema:
    description, schema = _IN_PATH[name]
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


def _good(route: Route) -> Schema:
    tag = {"description": "Made of the answer's bytes", "required": True, "schema": {"type": "string"}}
    if route.answer:
        content = {"application/json": {"schema": schemas.to(route.answer)}}
    else:
        content = {mimetype: {} for mimetype in export.TYPES.values()}
    return {"description": route.summary, "headers": {"ETag": tag}, "content": content}


def _problem(status: int) -> Schema:
    return {"description": PROBLEMS[status], "content": {MIMETYPE: {"schema": schemas.to("Problem")}}}
