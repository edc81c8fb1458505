"""Promise 10: what one sender can add in a minute is bounded, and junk cannot displace real values."""

import itertools
import secrets

import pytest

from consent_service.domain.counting.hourly_cap import MOST_HOURS
from tests.world import World

PER_MINUTE = 120
REAL = {"/", "/about", "/contact"}
LISTED = ("/listed", "/also/listed")


@pytest.fixture
def limited(environ, clock):
    """A service with the sender limit that is the default, behind a proxy on the same machine."""
    made = World({**environ, "CONSENT_HITS_PER_MINUTE": str(PER_MINUTE)}, clock)
    yield made
    made.dispose()


def send(world, key, token, address, path="/"):
    return world.view(key, token, path, headers={"X_Forwarded_For": address}).status_code


HOUSEHOLD = (f"2001:db8:1:2:{one:x}:{two:x}::1" for one, two in itertools.product(range(1, 20), repeat=2))
CLAIMS = (f"198.51.{one}.{two}, 203.0.113.9" for one, two in itertools.product(range(20), repeat=2))


@pytest.mark.parametrize(
    "addresses",
    [itertools.repeat("203.0.113.7"), HOUSEHOLD, CLAIMS],
    ids=["one address", "the addresses of one household", "one who claims to pass others on"],
)
def test_of_one_sender_a_bounded_number_is_counted_in_a_minute(limited, addresses):
    key = limited.add_site()
    token = limited.token(key)
    answers = [send(limited, key, token, address) for address in itertools.islice(addresses, 3 * PER_MINUTE)]

    assert answers.count(204) <= PER_MINUTE
    assert set(answers) == {204, 429}


def test_what_all_senders_can_add_to_a_site_in_an_hour_is_bounded_by_its_last_week(environ, clock):
    """Each hit comes from a sender of its own, so that no sender is limited."""
    world = World({**environ, "CONSENT_HITS_PER_MINUTE": "2", "CONSENT_WORKERS": "1"}, clock)
    key = world.add_site()
    token = world.token(key)
    senders = (f"198.{one}.{two}.7" for one, two in itertools.product(range(200), repeat=2))
    for _ in range(MOST_HOURS):
        assert send(world, key, token, next(senders)) == 204
        world.merge()
        clock.move(hours=1)
        world.app.writer.seal()  # as each second, so that a new hour has a tally of its own
    answers = []
    for number, address in enumerate(itertools.islice(senders, 200)):
        if number % 10 == 0:
            world.merge()
        answers.append(send(world, key, token, address))
    world.dispose()

    assert answers == [204] * 120 + [429] * 80  # what one sender may send in an hour


@pytest.mark.parametrize(("detail", "days", "period"), [("month", 10, "2026-12"), ("day", 1, "2026-11-23")])
def test_a_flood_of_junk_displaces_no_listed_page_and_none_that_was_there_before(world, detail, days, period):
    key = world.add_site(detail=detail, pages=LISTED)
    token = world.token(key)
    world.visits(key, 15, tuple(sorted(REAL)))
    world.clock.move(days=days)
    world.close()
    for number in range(2_500):
        assert send(world, key, token, secrets.token_hex(4), f"/junk/number-{number:04}") == 204
        if number % 400 == 0:
            world.merge()
    world.visits(key, 15, (*sorted(REAL), *LISTED))
    world.release()
    world.visits(key, 15, (*sorted(REAL), *LISTED))
    world.merge()

    seated = {page: row[0] for page, row in world.pending(key, period)["page"].items() if page in {*REAL, *LISTED}}
    assert len(seated.keys() & REAL) >= 2  # one was the cover of the last close, and too small for a row
    assert seated.keys() >= set(LISTED)
    assert set(seated.values()) == {30}

    world.release_all()
    stored = world.stored(key, period)["page"].keys()
    assert stored == seated.keys() - {world.covers(key, period)["page"]}
