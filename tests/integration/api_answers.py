"""Schemathesis asks the API; `test_api_schema.py` runs this in a process of its own."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from consent_service.web.api.openapi import describe
from tests.integration.program import token_of

EXAMPLES = 25
"""Of each route, beside those that the document's own limits suggest."""

CONFIG = {"seed": 7, "generation": {"max-examples": EXAMPLES, "deterministic": True}}

schema = schemathesis.openapi.from_dict(describe(), config=SchemathesisConfig.from_dict(CONFIG))


class Service:
    """The application of the test that runs: the document's routes are known before there is one."""

    def __call__(self, environ, start_response):
        return self.app(environ, start_response)


schema.app = Service()


@pytest.fixture
def site(world, account, press, clock):
    """One with a closed and an open month."""
    clock.move(days=-94)
    key = world.add_site()
    clock.move(days=94)
    press.close(key, "2026-10", {"site": [90, 60, 50, 0, 20], "page": {"/": [50, 50, 50, 36]}})
    press.release(key, "2026-11", {"site": [47, 33, 29]})
    schema.app.app = world.app.flask
    return key


@schema.parametrize()
@settings(suppress_health_check=list(HealthCheck), derandomize=True, database=None)
def test_every_answer_is_one_that_the_description_has(case, world, site):
    if "key" in case.path_parameters and case.meta.generation.mode.is_positive:
        case.path_parameters["key"] = site  # else no example would be about a site that there is
    token = token_of(world)  # one each: there is a limit on what one may ask in a minute
    case.call_and_validate(base_url=f"{world.config.public_url}/api/v1", headers={"Authorization": f"Bearer {token}"})
