import pytest

from consent_service.domain.experience import rating


@pytest.mark.parametrize(
    ("vital", "value", "expected"),
    [
        ("lcp", 0, "lcp good"),
        ("lcp", 2_500, "lcp good"),
        ("lcp", 2_500.1, "lcp fair"),
        ("lcp", 4_000, "lcp fair"),
        ("lcp", 4_001, "lcp poor"),
        ("inp", 200, "inp good"),
        ("inp", 500, "inp fair"),
        ("inp", 501, "inp poor"),
        ("cls", 0.1, "cls good"),
        ("cls", 0.25, "cls fair"),
        ("cls", 1e300, "cls poor"),
        ("LCP", 1, None),
        ("", 1, None),
    ],
)
def test_a_vital_is_good_fair_or_poor(vital, value, expected):
    assert rating(vital, value) == expected
