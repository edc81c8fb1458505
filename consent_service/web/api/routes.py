"""The one table of the API's routes: the application and the OpenAPI document are both made of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response

from consent_service.web.api import views

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@dataclass(frozen=True)
class Route:
    """``answer`` names the schema of what it gives; empty for a file. ``problems`` are those of its own.

    What a token needs for it stands in `access.REQUIRED_ROLE`, as for all routes.
    """

    rule: str
    view: Callable[..., Response]
    summary: str
    answer: str = ""
    problems: Sequence[int] = ()
    takes_period: bool = False
    takes_part: bool = False

    @property
    def name(self) -> str:
        return self.view.__name__

    @property
    def endpoint(self) -> str:
        return f"{blueprint.name}.{self.name}"

    @property
    def path(self) -> str:
        """As OpenAPI writes it."""
        return re.sub(r"<(?:[^:>]+:)?(\w+)>", r"{\1}", self.rule)

    @property
    def parameters(self) -> list[str]:
        """Those in the path."""
        return re.findall(r"{(\w+)}", self.path)


ROUTES = (
    Route("/sites", views.every_site, "The sites that the token may read", "Sites"),
    Route("/sites/<key>", views.one_site, "A site, and which of its months are closed", "SiteWithMonths", (404,)),
    Route("/sites/<key>/totals", views.totals, "The totals of a period", "Totals", (400, 404), True),
    Route("/sites/<key>/series", views.series, "The totals of its parts, in order", "Series", (400, 404), True),
    Route(
        "/sites/<key>/breakdowns/<dimension>",
        views.breakdown,
        "The values of one dimension, in a period",
        "Breakdown",
        (400, 404),
        takes_period=True,
        takes_part=True,
    ),
    Route(
        "/sites/<key>/exports/<months>.<any(csv, json, xlsx):form>",
        views.months,
        "Closed months as a file, the same bytes each time",
        problems=(400, 404, 409),
    ),
    Route(
        "/sites/<key>/days/<months>.csv",
        views.days,
        "The totals of each closed day of some months",
        problems=(400, 404, 409),
    ),
)

for _route in ROUTES:
    blueprint.add_url_rule(_route.rule, _route.name, _route.view)
