import ipaddress

import pytest

from consent_service.senders import SenderLimit

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


@pytest.fixture
def limit(clock):
    return SenderLimit(3, LOOPBACK, clock)


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
    assert all(SenderLimit(0, LOOPBACK, clock).admits("10.0.0.1", "") for _ in range(1_000))


@pytest.mark.parametrize("address", ["10.1.1.1:4711", "::ffff:10.1.1.1", "[::ffff:10.1.1.1]:4711"])
def test_an_address_is_one_sender_however_it_is_written(limit, address):
    assert limit.slot("127.0.0.1", address) == limit.slot("10.1.1.1", "")


def test_a_proxy_on_a_socket_of_both_families_is_trusted(limit):
    assert limit.slot("::ffff:127.0.0.1", "10.1.1.1") == limit.slot("10.1.1.1", "")
