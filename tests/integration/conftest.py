"""Fixtures of the owner's side."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from consent_service.domain.access.roles import EVERYTHING
from consent_service.storage.database.engine import writing
from consent_service.storage.people import accounts
from tests.owner import EMAIL, PASSWORD, Browser, Press
from tests.wire import Wire


@pytest.fixture
def press(world) -> Press:
    return Press(world)


@pytest.fixture
def stranger(world) -> Browser:
    return Browser(world)


@pytest.fixture
def account(world) -> str:
    with writing(world.engine) as connection:
        return accounts.add(connection, EMAIL, accounts.hashed(PASSWORD), EVERYTHING)


@pytest.fixture
def owner(world, account) -> Browser:
    """A browser that is signed in."""
    browser = Browser(world)
    assert browser.sign_in().status_code == 302
    return browser


@pytest.fixture
def wire(world) -> Iterator[Wire]:
    """A connection to its worker."""
    made = Wire(world.app)
    yield made
    made.close()
