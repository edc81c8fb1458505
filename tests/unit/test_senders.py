import gc
import ipaddress
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_service.collect.rate_limit import KEY_SECONDS, SLOTS, RateLimit
from consent_service.spool.writer import TallyWriter, start_sealing

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


@pytest.fixture
def limit(clock):
    return RateLimit(3, LOOPBACK, clock)


def test_what_one_sender_can_add_in_a_minute_is_bounded(limit, clock):
    assert [limit.admits("10.0.0.1", "") for _ in range(5)] == [True, True, True, False, False]

    clock.move(minutes=1)
    assert limit.admits("10.0.0.1", "")


def test_another_sender_is_not_held_back(limit):
    assert not all(limit.admits("10.0.0.1", "") for _ in range(5))
    assert limit.admits("10.0.0.2", "")


def test_a_trusted_proxy_says_who_the_sender_is(limit):
    assert all(limit.admits("127.0.0.1", f"10.0.0.{n}") for n in range(20))
    assert not all(limit.admits("127.0.0.1", "9.9.9.9, 10.1.1.1, 127.0.0.5") for _ in range(5))
    assert limit.slot("127.0.0.1", "9.9.9.9, 10.1.1.1, 127.0.0.5") == limit.slot("10.1.1.1", "")


def test_anyone_else_who_names_another_sender_is_not_believed(limit):
    assert not all(limit.admits("10.0.0.1", f"10.9.9.{n}") for n in range(20))


def test_an_ipv6_household_is_one_sender(limit):
    assert limit.slot("2001:db8:1:2::1", "") == limit.slot("2001:db8:1:2:ffff::9", "")
    assert limit.slot("2001:db8:1:2::1", "") != limit.slot("2001:db8:1:3::1", "")


def test_slots_mean_nothing_after_ten_minutes(limit, clock):
    def slots():
        return [limit.slot(f"10.0.{n}.1", "") for n in range(20)]

    before = slots()
    assert slots() == before
    clock.move(minutes=10)
    assert slots() != before


def test_zero_turns_the_limit_off(clock):
    assert all(RateLimit(0, LOOPBACK, clock).admits("10.0.0.1", "") for _ in range(1_000))


@pytest.mark.parametrize(
    "address",
    [
        "10.1.1.1:4711",
        "::ffff:10.1.1.1",
        "[::ffff:10.1.1.1]:4711",
        "::FFFF:10.1.1.1",
        "::ffff:a01:101",
        "0:0:0:0:0:ffff:10.1.1.1",
        "0000:0000:0000:0000:0000:ffff:0a01:0101",
    ],
)
def test_an_address_is_one_sender_however_it_is_written(limit, address):
    assert limit.slot("127.0.0.1", address) == limit.slot("10.1.1.1", "")


def test_a_proxy_on_a_socket_of_both_families_is_trusted(limit):
    assert limit.slot("::ffff:127.0.0.1", "10.1.1.1") == limit.slot("10.1.1.1", "")


@given(st.ip_addresses(v=6).map(str) | st.ip_addresses(v=4).map(str) | st.text(max_size=60))
def test_every_sender_has_one_of_65536_slots(address):
    limit = RateLimit(3, LOOPBACK, lambda: 0.0)

    assert 0 <= limit.slot(address, "") < SLOTS == 65_536
    assert limit.slot(address, "") == limit.slot(address, "")


def test_the_slots_of_many_senders_are_spread_over_all(limit):
    slots = {limit.slot(f"10.{n // 256}.{n % 256}.1", "") for n in range(20_000)}

    assert len(slots) > 16_000  # 17,235 of 65,536 are expected of a hash
    assert max(slots) > SLOTS * 0.99


@pytest.mark.parametrize("forged", ["9.9.9.9", "127.0.0.1", "unknown", "", "::1", "9.9.9.9, 8.8.8.8"])
def test_what_a_sender_puts_before_the_proxys_word_is_not_believed(limit, forged):
    assert limit.slot("127.0.0.1", f"{forged}, 10.1.1.1") == limit.slot("10.1.1.1", "")


def test_without_a_configured_proxy_not_even_loopback_is_believed(clock):
    limit = RateLimit(3, (), clock)

    assert limit.slot("127.0.0.1", "10.1.1.1") == limit.slot("127.0.0.1", "")


def ages(clock, limit, steps):
    """How long each key was in use, by a clock of our own that never goes back."""
    real, since, found = 0.0, {}, []
    for step in steps:
        clock.now += step
        real += max(step, 0)
        limit.slot("10.0.0.1", "")
        found.append(real - since.setdefault(limit._keyed, real))
    return found


@given(st.lists(st.floats(-200, 200) | st.floats(0, 30), max_size=200))
def test_no_key_is_used_for_ten_minutes_however_the_clock_moves(steps):
    class Clock:
        now = 1_795_348_800.0

        def __call__(self):
            return self.now

    clock = Clock()
    assert max(ages(clock, RateLimit(3, LOOPBACK, clock), steps), default=0) < KEY_SECONDS


def test_a_clock_that_goes_back_takes_the_key_with_it(limit, clock):
    limit.slot("10.0.0.1", "")
    before = limit._keyed
    clock.move(seconds=-1)
    limit.slot("10.0.0.1", "")

    assert limit._keyed != before


def test_key_and_counts_are_forgotten_though_nobody_comes(limit, clock):
    limit.admits("10.0.0.1", "")
    before = limit._keyed
    clock.move(minutes=10)
    limit.forget()

    assert limit._keyed != before
    assert not any(limit._counts)


def test_the_sealing_thread_forgets_too(spool, clock):
    forgot = threading.Event()
    start_sealing(TallyWriter(spool, clock), forgot.set, seconds=0.001)

    assert forgot.wait(10)


def reachable(root):
    """Everything that an object holds, at any depth, but for code."""
    seen, waiting = {}, [root]
    while waiting:
        one = waiting.pop()
        if id(one) not in seen and not isinstance(one, (type, type(gc), type(reachable))):
            seen[id(one)] = one
            waiting += gc.get_referents(one)
    return list(seen.values())


@pytest.mark.parametrize("proxies", [LOOPBACK, ()], ids=["behind a proxy", "without one"])
def test_no_address_stays_in_memory(clock, proxies):
    limit = RateLimit(3, proxies, clock)
    visitors = ["203.0.113.77", "2001:db8:77::77", "::ffff:203.0.113.78"]
    for address in visitors:
        limit.admits(address, "")
        limit.admits(address, "198.51.100.9")
        limit.admits("127.0.0.1", f"198.51.100.9, {address}")
    held = reachable(limit)
    texts = {one for one in held if isinstance(one, str)} | {
        one.decode("latin-1") for one in held if isinstance(one, bytes)
    }
    plain = [ipaddress.ip_address(address) for address in visitors]

    assert limit._counts in held
    assert [text for text in texts if any(address in text for address in [*visitors, "198.51.100.9"])] == []
    assert [one for one in held if isinstance(one, bytes) and any(address.packed[:8] in one for address in plain)] == []
    assert not {int(address) for address in plain} & {one for one in held if isinstance(one, int)}


def test_only_proxies_that_are_trusted_are_remembered(limit):
    for n in range(1_000):
        limit.slot(f"127.0.{n // 250}.{n % 250}", "10.0.0.1")
        limit.slot(f"10.0.{n // 250}.{n % 250}", "10.0.0.1")

    assert len(limit._proxies) <= 256
    assert all(address.startswith("127.") for address in limit._proxies)
