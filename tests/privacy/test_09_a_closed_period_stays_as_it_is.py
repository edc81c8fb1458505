"""Promise 9: downloading a closed period again gives identical bytes."""

import pytest

from consent_service.config import load
from consent_service.domain.figures.monthly import FORMS
from consent_service.keeper.keeper import create_keeper
from consent_service.reporting import exports
from consent_service.storage.database.engine import reading
from tests.privacy.test_05_the_same_marginals_leave_the_same_dump import dump

pytestmark = pytest.mark.both_databases


def exported(world, key, month="2026-11"):
    with reading(world.engine) as connection:
        site = world.site(key)
        return [exports.file_of(connection, site, month, form, world.clock()) for form in FORMS]


@pytest.fixture
def closed(any_world):
    """A site whose November is closed, with shown, folded and late counts."""
    key = any_world.add_site(detail="month")
    any_world.visits(key, 23, ("/", "/about"), z="Europe/Berlin")
    any_world.release()
    any_world.visits(key, 6, ("/small",), z="Asia/Tokyo")
    any_world.visits(key, 7, ("/few",), z="Europe/Paris")
    any_world.clock.move(days=10)
    any_world.close()
    return key


def test_a_closed_month_gives_the_same_bytes_whatever_happens_afterwards(any_world, closed):
    before = exported(any_world, closed)
    assert b"page,/" in before[0]
    any_world.visits(closed, 40, ("/", "/later"))
    any_world.release()
    any_world.clock.move(days=60)
    any_world.close()

    assert exported(any_world, closed) == before


def test_what_comes_late_for_a_closed_month_does_not_change_it(any_world, closed):
    before = exported(any_world, closed)
    any_world.clock.move(days=-10)
    any_world.visits(closed, 30)
    any_world.clock.move(days=10)
    any_world.release()
    any_world.close()

    assert exported(any_world, closed) == before


def test_closing_twice_changes_nothing(any_world, closed):
    before = dump(any_world)
    for keeper in (any_world.keeper, create_keeper(load(any_world.environ), any_world.clock)):
        keeper.close()
        keeper.engine.dispose()

    assert dump(any_world) == before


def test_days_that_are_kept_no_longer_go_and_leave_their_month_as_it_was(any_world, closed):
    before, stored = exported(any_world, closed), any_world.stored(closed, "2026-11")
    any_world.clock.move(days=800)
    any_world.close()
    assert any_world.stored(closed, "2026-11-22")
    while any_world.keeper.coarsen():
        pass

    assert not any_world.stored(closed, "2026-11-22")
    assert any_world.stored(closed, "2026-11") == stored
    assert exported(any_world, closed) == before
