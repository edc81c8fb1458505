"""``/api``: the API described for people, from the same document as for programs."""

from __future__ import annotations

from flask import Blueprint, render_template

from consent_service.domain.access.scopes import SCOPES
from consent_service.web.api import openapi
from consent_service.web.api.routes import ROUTES
from consent_service.web.api.schemas import SCHEMAS, Schema
from consent_service.web.services import services

blueprint = Blueprint("reference", __name__)


@blueprint.get("/api")
def page() -> str:
    return render_template(
        "api.html",
        described=openapi.describe(),
        routes=[(route, openapi.scope_of(route)) for route in ROUTES],
        schemas=SCHEMAS,
        describe=describe,
        scopes=SCOPES,
        address=f"{services().config.public_url}/api/v1",
    )


def describe(schema: Schema) -> str:
    """A property in words."""
    description = schema.get("description", "")
    return f"{_kind(schema)}: {description}" if description else _kind(schema)


def _kind(schema: Schema) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(map(_kind, schema["anyOf"]))
    if "enum" in schema:
        return ", ".join(schema["enum"])
    return f"list of {_kind(schema['items'])}" if schema["type"] == "array" else str(schema["type"])
