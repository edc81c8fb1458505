"""That a site's first hit has arrived can be seen, once and never when, until the site's first release."""

import re

import pytest

from consent_service.keeper.keeper import create_keeper

AWAITED, ARRIVED, USUAL = "No hit has arrived yet", "A first hit has arrived", "this is so also when all is well"


@pytest.fixture
def key(any_world):
    return any_world.add_site()


def comes(world, key, number=1):
    """Visitors come, and the keeper looks."""
    world.visits(key, number)
    world.release()


def test_a_site_that_nobody_has_come_to_has_no_hit(any_world, key):
    any_world.token(key)  # an acceptance is none
    any_world.release()

    assert not any_world.site(key).has_hits


def test_a_refused_hit_is_none(any_world, key):
    assert any_world.view(key, "check").status_code == 403
    any_world.release()

    assert not any_world.site(key).has_hits


def test_one_hit_is_noted_and_no_other_site_is_touched(any_world, key):
    other = any_world.add_site("Haven", ("haven.example",))
    comes(any_world, key)

    assert any_world.site(key).has_hits
    assert not any_world.site(other).has_hits


def test_it_never_goes_back(any_world, key):
    comes(any_world, key)
    any_world.clock.move(days=40)
    any_world.close()
    any_world.keeper.save(any_world.config.data_dir / "saved", "a long passphrase")

    assert any_world.site(key).has_hits


def test_it_stays_noted_whichever_keeper_looks(any_world, key):
    another = create_keeper(any_world.config, any_world.clock)
    another.release()  # it has read the sites before anybody came
    comes(any_world, key)
    another.release()
    any_world.keeper.release()
    another.engine.dispose()

    assert any_world.site(key).has_hits


def said(owner, path):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", owner.get(path).text))


@pytest.mark.parametrize("path", ["/sites/{key}", "/sites/{key}/check"])
def test_a_sites_pages_say_it_until_its_first_release(world, owner, path):
    key = world.add_site()
    before = said(owner, path.format(key=key))
    comes(world, key)
    after_one = said(owner, path.format(key=key))
    comes(world, key, 8)
    after_nine = said(owner, path.format(key=key))
    comes(world, key, 3)
    released = said(owner, path.format(key=key))

    assert AWAITED in before
    assert ARRIVED not in before
    assert ARRIVED in after_one
    assert USUAL in after_one
    assert after_nine == after_one
    assert not any(words in released for words in (AWAITED, ARRIVED, USUAL))


def test_in_a_later_month_nothing_more_is_said_of_it(world, owner):
    key = world.add_site()
    comes(world, key, 12)
    world.clock.move(days=12)
    page = said(owner, f"/sites/{key}")

    assert "Numbers appear once 10 visitors are in" in page
    assert not any(words in page for words in (AWAITED, ARRIVED))
