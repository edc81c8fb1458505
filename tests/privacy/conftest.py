"""The promises are tried on whole services, with real browsers before them."""

from tests.e2e.conftest import browser, chromium, pages, service  # noqa: F401 - fixtures
from tests.e2e.snippet.conftest import embedding, everyday_browser, stage, visitor  # noqa: F401 - fixtures
from tests.integration.conftest import account, owner, press  # noqa: F401 - fixtures
