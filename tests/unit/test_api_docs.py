"""The page on the API names what there is."""

import pytest

from consent_service.domain.access.scopes import SCOPES
from consent_service.domain.counting.dimensions import MEASURES
from consent_service.web import limits
from consent_service.web.api import openapi
from consent_service.web.api.documents import CountsDocument
from consent_service.web.api.openapi import PROBLEMS
from consent_service.web.api.routes import ROUTES
from tests.unit.test_docs import code, page, row, section


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_route_is_described_with_the_scope_that_it_needs(route):
    described = row(section(page("docs/api.md"), "## Routes"), code(route.path))

    assert len(described) == 3
    scope = openapi.scope_of(route)
    assert described[2] == (code(scope) if scope else "any")


def test_every_scope_is_one_that_a_route_needs():
    assert {openapi.scope_of(route) for route in ROUTES} - {""} == set(SCOPES)


@pytest.mark.parametrize("status", [*PROBLEMS, 405])
def test_every_problem_is_described(status):
    assert row(section(page("docs/api.md"), "## Problems"), str(status))


def test_the_limit_on_a_token_is_told():
    number = limits.READINGS
    assert f"more than {number} requests" in row(section(page("docs/api.md"), "## Problems"), "429")[1]


def test_counts_have_a_field_for_every_measure_in_its_order():
    assert CountsDocument.__struct_fields__ == MEASURES
