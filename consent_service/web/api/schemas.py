"""The shapes of the API's answers and parameters, as JSON Schema."""

from __future__ import annotations

from typing import Any

from consent_service.domain.counting.dimensions import MEASURES

PERIOD = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?|-W[0-9]{2})?$"
MONTH = r"^[0-9]{4}-[0-9]{2}$"
KEY = r"^[a-z0-9]{1,32}$"

Schema = dict[str, Any]


def _object(description: str, **properties: Schema) -> Schema:
    """An object of which every property is needed and no other may be there."""
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _text(description: str, **more: Any) -> Schema:
    return {"type": "string", "description": description, **more}


def to(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_KEY = _text("the site's key", pattern=KEY)
_PERIOD = _text("a day, ISO week, month or year in the site's time zone", pattern=PERIOD)
_THRESHOLD = {"type": "integer", "minimum": 5, "description": "k: the fewest visitors that a number rests on"}
_IS_OPEN = {"type": "boolean", "description": "whether it is not closed; then its counts are rounded down"}

_SITE = {
    "key": _KEY,
    "name": _text("as its people call it"),
    "hosts": _list({"type": "string"}),
    "created_on": _text("its first day", format="date"),
    "timezone": _text("such as Europe/Amsterdam"),
    "threshold": _THRESHOLD,
    "detail": {"enum": ["month", "day"], "description": "by what its breakdowns are counted"},
}
_HEAD = {"site": _KEY, "period": _PERIOD, "is_open": _IS_OPEN, "threshold": _THRESHOLD}
_SHOWN = {"anyOf": [to("Counts"), {"type": "null"}], "description": "null: fewer than k visitors"}

SCHEMAS: Schema = {
    "Count": _object(
        "A count as it may be told.",
        number={"type": "integer", "minimum": 0},
        sort={
            "enum": ["exact", "least", "below"],
            "description": "exact: just so many. least: so many or more. below: fewer than so many, which is k.",
        },
    ),
    "Counts": {
        "type": "object",
        "description": "By measure; what is not counted here is not there.",
        "properties": {name: to("Count") for name in MEASURES},
        "additionalProperties": False,
    },
    "Site": _object("A site, with what is in force today.", **_SITE),
    "SiteWithMonths": _object(
        "A site, and the months that can be exported, the latest first.",
        **_SITE,
        closed_months=_list(_text("a month", pattern=MONTH)),
    ),
    "Sites": _object("The sites that the token may read, by name.", sites=_list(to("Site"))),
    "Totals": _object("A period's totals.", **_HEAD, totals=_SHOWN),
    "Point": _object("One of the shorter periods.", period=_PERIOD, totals=_SHOWN),
    "Series": _object("The totals of the days, or of a year's months.", **_HEAD, series=_list(to("Point"))),
    "Row": _object("One value of a dimension.", value={"type": "string"}, counts=to("Counts")),
    "Breakdown": _object(
        "The values of one dimension that k visitors share; (other) is what fewer share, together.",
        site=_KEY,
        dimension={"type": "string"},
        period=_PERIOD,
        basis={
            "enum": ["own", "month", "months", "days", "mixed"],
            "description": "own: the period itself. month: the month around it. Else closed parts of it, added up.",
        },
        is_open=_IS_OPEN,
        threshold=_THRESHOLD,
        rows=_list(to("Row")),
    ),
    "Problem": _object(
        "What went wrong, and what to do (RFC 9457).",
        type={"type": "string"},
        title={"type": "string"},
        status={"type": "integer"},
        detail={"type": "string"},
    ),
}
