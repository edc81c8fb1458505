"""Codes by time, by the vectors of RFC 6238 and around them."""

import base64

import pytest

from consent_service.security import totp

SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("now", "code"),
    [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")],
)
def test_codes_are_those_of_the_standard(now, code):
    """Appendix B of RFC 6238, its last six digits."""
    assert totp.matching_step(SECRET, code, now, 0) == now // 30


@pytest.mark.parametrize(("drift", "is_good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_differ_by_one_step(drift, is_good):
    code = totp.code_at(SECRET, 1_000_000 + drift)
    assert (totp.matching_step(SECRET, code, 30_000_000.0, 0) is not None) == is_good


def test_a_code_is_good_once_and_so_is_none_before_it():
    step = totp.matching_step(SECRET, totp.code_at(SECRET, 1_000_000), 30_000_000.0, 0)
    assert step == 1_000_000
    for earlier in (1_000_000, 999_999):
        assert totp.matching_step(SECRET, totp.code_at(SECRET, earlier), 30_000_000.0, step) is None


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "\N{FULLWIDTH DIGIT ONE}" * 6])
def test_what_is_no_code_is_none(typed):
    assert totp.matching_step(SECRET, typed, 30_000_000.0, 0) is None


def test_secrets_have_160_bits_and_differ():
    first, second = totp.new_secret(), totp.new_secret()
    assert len(base64.b32decode(first)) == 20
    assert first != second
