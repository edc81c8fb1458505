"""Secret keys by quarter: a new key signs from the next quarter on."""

import pytest
from itsdangerous.encoding import base64_decode

from consent_service.config import load
from consent_service.keeper.keeper import create_keeper
from consent_service.security.tokens import KeyRing, MissingKey
from consent_service.storage.counts import quarter_keys
from consent_service.storage.database.engine import reading
from tests.world import World

OLD, NEW = "k" * 32, "n" * 32  # the first is what the fixture environ holds


def quarter_of(token):
    return base64_decode(token.partition(".")[0])[-8:-2].decode()


@pytest.fixture
def site(world):
    return world.add_site()


@pytest.fixture
def restarted(world, site, environ, clock):
    """The same service after the administrator has put a new key before the old one."""
    before = world.token(site)
    made = World({**environ, "CONSENT_SECRET_KEYS": f"{NEW},{OLD}"}, clock)
    made.before = before
    yield made
    made.dispose()


def test_a_new_key_does_not_change_the_running_quarters_token(restarted, site):
    assert restarted.token(site) == restarted.before
    assert restarted.view(site, restarted.before).status_code == 204


def test_a_new_key_signs_the_next_quarter_and_the_old_tokens_still_hold(restarted, site, world):
    restarted.clock.move(days=60)
    following = restarted.token(site)

    assert (quarter_of(restarted.before), quarter_of(following)) == ("2026Q4", "2027Q1")
    assert restarted.view(site, restarted.before).status_code == 204
    assert restarted.view(site, following).status_code == 204

    with reading(restarted.engine) as connection, pytest.raises(MissingKey):
        quarter_keys.load(connection, KeyRing([OLD]))  # a machine that was left with the old key alone


def test_the_old_key_can_go_once_its_quarter_and_the_next_are_over(restarted, site, environ, clock):
    for _ in range(3):
        clock.move(days=91)
        restarted.token(site)
    only_new = World({**environ, "CONSENT_SECRET_KEYS": NEW}, clock)

    with reading(only_new.engine) as connection:
        quarter_keys.load(connection, only_new.app.services.ring)
    assert only_new.view(site, restarted.before).status_code == 403
    only_new.dispose()


def test_two_workers_agree_on_a_quarters_key(world, site, environ, clock):
    other = World(environ, clock)

    assert world.token(site) == other.token(site)
    assert other.view(site, world.token(site)).status_code == 204
    other.dispose()


def test_nobody_gets_a_token_of_a_quarter_whose_key_is_not_fixed_yet(world, site, clock, caplog):
    clock.move(days=40)
    message = {"s": site, "n": world.notice(site)["digest"]}

    assert world.post("/consent", message).status_code == 503
    assert "no key signs 2027Q1 yet" in caplog.text
    world.keeper.assign()
    assert world.post("/consent", message).status_code == 200


def test_a_quarters_key_is_fixed_a_day_before_it_begins_anywhere(world, clock):
    clock.move(days=38, minutes=-121)  # 09:59 on 30 December: midnight on Kiritimati is a day later, at 10:00
    world.keeper.assign()
    assert not signs(world, "2027Q1")

    clock.move(minutes=1)
    world.keeper.assign()
    assert signs(world, "2027Q1")


def signs(world, quarter):
    ring = KeyRing(world.config.secret_keys)
    with reading(world.engine) as connection:
        quarter_keys.load(connection, ring)
    return ring.knows(quarter)


def test_a_machine_with_other_keys_does_not_come_in_with_a_new_quarter(world, environ, clock):
    clock.move(days=130)  # no service ran when the first quarter began
    other = create_keeper(load({**environ, "CONSENT_SECRET_KEYS": NEW}), clock)

    with pytest.raises(MissingKey):
        other.assign()
    other.engine.dispose()
    world.keeper.assign()
    assert signs(world, "2027Q2")
