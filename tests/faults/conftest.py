"""A service of the tests' own, and the seed of what is done to it."""

from __future__ import annotations

import os

import pytest

from tests.e2e.service import Service


@pytest.fixture
def seed(request) -> int:
    """Printed, so that a failure can be run again: pytest --seed N."""
    number = request.config.getoption("--seed") or int.from_bytes(os.urandom(4))
    print(f"--seed {number}")
    return number


@pytest.fixture
def settings(environ, tmp_path) -> dict[str, str]:
    """With the sender limit as it is by default, and two workers; breakdowns are released as often as totals."""
    data = tmp_path / "data"
    return {
        **environ,
        "CONSENT_DATA_DIR": str(data),
        "CONSENT_DATABASE_URL": f"sqlite:///{data}/consent.sqlite3",
        "CONSENT_HITS_PER_MINUTE": "120",
        "CONSENT_WORKERS": "2",
        "CONSENT_BREAKDOWN_SECONDS": "1",  # once an hour none would be released in a test's life
    }


@pytest.fixture
def service(settings):
    """A service on SQLite that runs."""
    made = Service(settings)
    made.run("migrate")
    made.start()
    yield made
    made.kill()
