"""The API's documents as JSON Schema, made of their classes."""

from __future__ import annotations

from typing import Any

import msgspec

from consent_service.web.api import documents
from consent_service.web.problems import ProblemDocument

Schema = dict[str, Any]

DOCUMENTS = (
    documents.CountDocument,
    documents.CountsDocument,
    documents.SiteDocument,
    documents.SiteWithMonthsDocument,
    documents.SitesDocument,
    documents.TotalsDocument,
    documents.PointDocument,
    documents.SeriesDocument,
    documents.RowDocument,
    documents.BreakdownDocument,
    ProblemDocument,
)
"""In the order in which the page on the API shows them."""

_SUFFIX = "Document"
"""Of the classes; a program knows the shapes without it."""


def to(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _schemas() -> dict[str, Schema]:
    _, components = msgspec.json.schema_components(DOCUMENTS, ref_template=to("{name}")["$ref"])
    text = msgspec.json.encode(components).replace(f'{_SUFFIX}"'.encode(), b'"')
    by_name: dict[str, Schema] = msgspec.json.decode(text)
    return {name: by_name[name] for name in (kind.__name__.removesuffix(_SUFFIX) for kind in DOCUMENTS)}


SCHEMAS = _schemas()
"""By name."""
