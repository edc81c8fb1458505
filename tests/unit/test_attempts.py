"""How often a password or a code of one account may be tried."""

import pytest

from consent_service.security.attempts import MOST, SECONDS, SLOTS, SWEPT_AT, Attempts


@pytest.fixture
def attempts(clock):
    return Attempts(clock)


def tried(attempts, number, email="jane@example.org", step="password"):
    return [attempts.admits(step, email) for _ in range(number)]


def test_the_eleventh_attempt_within_a_quarter_of_an_hour_is_refused(attempts, clock):
    assert tried(attempts, MOST + 1) == [True] * MOST + [False]
    clock.move(seconds=SECONDS - 1)
    assert tried(attempts, 1) == [False]
    clock.move(seconds=1)
    assert tried(attempts, MOST + 1) == [True] * MOST + [False]


def test_other_accounts_and_the_other_step_are_not_touched(attempts):
    tried(attempts, MOST + 1)
    assert tried(attempts, 1, "joe@example.org") == [True]
    assert tried(attempts, 1, step="code") == [True]


def test_who_was_right_begins_anew(attempts):
    tried(attempts, MOST - 1)
    attempts.forget("password", "jane@example.org")
    assert tried(attempts, MOST) == [True] * MOST


def test_a_clock_that_went_back_locks_nobody_out_for_longer(attempts, clock):
    tried(attempts, MOST + 1)
    clock.move(days=-1)
    assert tried(attempts, 1) == [True]


def test_what_is_over_does_not_pile_up(attempts, clock):
    for number in range(2 * SWEPT_AT):
        tried(attempts, 1, f"{number}@example.org")
    clock.move(seconds=SECONDS)
    for number in range(2 * SWEPT_AT):
        tried(attempts, 1, f"{number}@example.com")
    assert len(attempts._counts) <= 2 * SWEPT_AT


def test_a_flood_of_addresses_is_bounded_and_frees_no_attempt_of_another(attempts):
    tried(attempts, MOST)
    for number in range(2 * SLOTS):
        tried(attempts, 1, f"{number}@example.org")
    assert len(attempts._counts) <= SLOTS
    assert tried(attempts, 1) == [False]


def test_no_address_is_kept(attempts):
    tried(attempts, 3)
    assert "jane" not in repr(vars(attempts))
