"""Sign-ins by many strangers at once: few hashes are worked out, and a browser that is known gets in all the same."""

import threading
from contextlib import ExitStack, contextmanager

import pytest

from consent_service.security.hashing import (
    KNOWN_PLACES,
    STRANGERS_AT_ONCE,
    STRANGERS_PLACES,
    Hashing,
    TooManyHashes,
)
from consent_service.storage.database.engine import writing
from consent_service.storage.people import accounts
from consent_service.web.limits import SIGN_INS, WIDER_SIGN_INS
from tests.owner import EMAIL, PASSWORD, Browser

TEN, TWENTY = SIGN_INS, WIDER_SIGN_INS


@pytest.fixture
def workers(tmp_path, clock):
    """Two workers' queues, of one service."""
    return [Hashing(tmp_path, clock) for _ in range(2)]


class Held:
    """Work that does not end before it is told to."""

    def __init__(self):
        self.begun, self.may_end = threading.Event(), threading.Event()

    def __call__(self):
        self.begun.set()
        assert self.may_end.wait(60)


def in_threads(stack, hashing, work, number, *, is_known):
    threads = [threading.Thread(target=hashing.run, args=(work,), kwargs={"is_known": is_known}) for _ in range(number)]
    for thread in threads:
        thread.start()
        stack.callback(thread.join)


def test_what_the_work_gives_or_raises_comes_back(workers):
    assert workers[0].run(lambda: 7, is_known=True) == 7
    with pytest.raises(ZeroDivisionError):
        workers[0].run(lambda: 1 / 0, is_known=False)


def test_one_is_worked_out_at_a_time_in_the_whole_service(workers):
    under_way, most = [], []

    def work():
        under_way.append(1)
        most.append(len(under_way))
        threading.Event().wait(0.01)
        under_way.pop()

    with ExitStack() as stack:
        for worker in workers:
            in_threads(stack, worker, work, 1, is_known=True)
    assert most == [1, 1]


@contextmanager
def strangers_queue_full(workers):
    """While one worker's strangers hold all places, until the block ends."""
    held = Held()
    with ExitStack() as stack:
        in_threads(stack, workers[0], held, STRANGERS_PLACES, is_known=False)
        stack.callback(held.may_end.set)
        assert held.begun.wait(60)
        taken = [f"hashing-strangers-{number}" for number in range(STRANGERS_PLACES)]
        while any(is_free(workers[1], name) for name in taken):
            threading.Event().wait(0.01)
        yield


def test_the_queue_is_the_services_and_a_known_browser_has_places_of_its_own(workers):
    with strangers_queue_full(workers):
        with pytest.raises(TooManyHashes):
            workers[1].run(lambda: 1, is_known=False)
        assert all(is_free(workers[1], f"hashing-known-{number}") for number in range(KNOWN_PLACES))


def is_free(hashing, name):
    with hashing._locked(name, wait=False) as held:
        return bool(held)


def test_strangers_have_a_share_that_comes_back_with_time(workers, clock):
    for number in range(STRANGERS_AT_ONCE):
        workers[number % 2].run(lambda: 1, is_known=False)
    for worker in workers:
        with pytest.raises(TooManyHashes):
            worker.run(lambda: 1, is_known=False)
        assert worker.run(lambda: 1, is_known=True) == 1
    clock.move(seconds=2)
    assert [worker.run(lambda: 1, is_known=False) for worker in workers] == [1, 1]
    with pytest.raises(TooManyHashes):
        workers[0].run(lambda: 1, is_known=False)


def test_a_clock_that_is_set_back_gives_nothing_and_takes_nothing(workers, clock):
    for _ in range(STRANGERS_AT_ONCE):
        workers[0].run(lambda: 1, is_known=False)
    clock.move(days=-1)
    with pytest.raises(TooManyHashes):
        workers[0].run(lambda: 1, is_known=False)
    clock.move(seconds=1)
    assert workers[0].run(lambda: 1, is_known=False) == 1


# In the pages


def sign_in(browser, address="127.0.0.1", password=PASSWORD, email=EMAIL):
    browser.sender = address
    return browser.fill("/login", email=email, password=password)


def statuses_of(browser, networks, **parts):
    return [sign_in(browser, f"2001:db8:{network}::1", **parts).status_code for network in networks]


@pytest.fixture
def browser(world, owner):
    """Of the owner, who has signed in in it and out again."""
    made = Browser(world)
    assert sign_in(made).status_code == 302
    made.fill_at("/", "/logout")
    return made


def test_from_one_48_there_are_twice_as_many_sign_ins_as_from_one_64(world, owner):
    networks = [f"1:{number:x}" for number in range(TWENTY + 2)]
    stranger = Browser(world)
    statuses = [
        status for network in networks for status in statuses_of(stranger, [network], email=f"{network}@b.example")
    ]

    assert statuses == [403] * TWENTY + [429] * 2
    assert sign_in(stranger, "2001:db8:2::1", email="other@b.example").status_code == 403


def test_a_flood_keeps_strangers_out_and_not_whoever_has_signed_in_before(world, browser):
    stranger = Browser(world)
    for number in range(STRANGERS_AT_ONCE + 5):
        statuses_of(stranger, [f"{number:x}"], email=f"a{number}@b.example")
    answer = sign_in(stranger, "2001:db8:ff::1")

    assert answer.status_code == 429
    assert "Wait half a minute" in answer.text
    assert sign_in(browser).status_code == 302


def test_whoever_uses_up_an_accounts_attempts_does_not_keep_out_a_browser_that_it_knows(world, browser):
    networks = [f"{number:x}" for number in range(12)]

    assert set(statuses_of(Browser(world), networks, password="wrong")) == {403, 429}
    assert sign_in(Browser(world), "2001:db8:77::1").status_code == 429
    assert sign_in(browser).status_code == 302


def test_a_known_browser_guesses_no_more_than_others(world, browser):
    networks = [f"{number:x}" for number in range(TEN + 1)]

    assert statuses_of(browser, networks, password="wrong") == [403] * TEN + [429]


def test_it_is_known_for_its_own_account_alone(world, browser):
    for number in range(STRANGERS_AT_ONCE + 5):
        statuses_of(Browser(world), [f"{number:x}"], email=f"a{number}@b.example")

    assert sign_in(browser, email="other@b.example").status_code == 429


@pytest.mark.parametrize("cookie", ["", "nonsense", "WyJhIiwiYiJd.x", "WzFd.4yUeiM0VxrMbU9s0VKpN2qjzjQk"])
def test_a_cookie_that_was_not_signed_here_makes_nobody_known(world, owner, cookie):
    stranger = Browser(world)
    stranger._client.set_cookie("known", cookie, path="/login", domain="127.0.0.1")
    statuses_of(Browser(world), [f"{number:x}" for number in range(12)], password="wrong")

    assert sign_in(stranger, "2001:db8:77::1").status_code == 429


def test_the_cookie_goes_nowhere_but_to_the_sign_in_and_names_nobody(world, owner):
    cookies = sign_in(Browser(world)).headers.getlist("Set-Cookie")
    [cookie] = [line for line in cookies if line.startswith("known=")]

    assert "Path=/login" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert EMAIL.partition("@")[0] not in cookie


def test_a_new_password_makes_a_known_browser_a_stranger(world, browser):
    with writing(world.engine) as connection:
        accounts.change_password(connection, EMAIL, accounts.hashed("another long password"))
    for number in range(STRANGERS_AT_ONCE + 5):
        statuses_of(Browser(world), [f"{number:x}"], email=f"a{number}@b.example")

    assert sign_in(browser, password="another long password").status_code == 429


def test_who_signs_in_again_keeps_the_name_and_with_it_the_number_of_attempts(world, browser):
    statuses = []
    for _ in range(TEN + 1):
        statuses.append(sign_in(browser).status_code)
        browser.fill_at("/", "/logout") if statuses[-1] == 302 else None

    assert statuses == [302] * TEN + [429]


def test_a_second_factor_knows_no_browser(world, browser):
    """Else whoever has the password could make one known for each ten guesses."""
    admitted = world.app.services.attempts
    for _ in range(TEN):
        assert admitted.admits("code", EMAIL)
    assert not admitted.admits("code", EMAIL)


def test_who_is_signed_in_can_change_the_password_whatever_others_try(world, owner):
    statuses_of(Browser(world), [f"{number:x}" for number in range(12)], password="wrong")
    owner.sender = "2001:db8:88::1"
    answer = owner.fill_at("/account", "/account/password", present=PASSWORD, password="another long password")

    assert answer.status_code == 302


def test_a_full_queue_takes_nothing_of_the_share(workers):
    with strangers_queue_full(workers):
        for _ in range(STRANGERS_AT_ONCE):
            with pytest.raises(TooManyHashes):
                workers[1].run(lambda: 1, is_known=False)
    assert workers[1].run(lambda: 1, is_known=False) == 1


def test_without_the_spool_a_password_is_hashed_all_the_same(tmp_path, clock):
    assert Hashing(tmp_path / "gone", clock).run(lambda: 7, is_known=False) == 7
