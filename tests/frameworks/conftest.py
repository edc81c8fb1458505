"""Frameworks' sites are looked at as all others are."""

from tests.e2e.conftest import browser, chromium  # noqa: F401 - fixtures
from tests.e2e.snippet.conftest import everyday_browser, stage  # noqa: F401 - fixtures
