import pytest

from consent_service.domain.counting.web_vitals import rating


@pytest.mark.parametrize(
    ("vital", "value", "expected"),
    [
        ("lcp", 0, "good"),
        ("lcp", 2_500, "good"),
        ("lcp", 2_500.1, "fair"),
        ("lcp", 4_000, "fair"),
        ("lcp", 4_001, "poor"),
        ("inp", 200, "good"),
        ("inp", 500, "fair"),
        ("inp", 501, "poor"),
        ("cls", 0.1, "good"),
        ("cls", 0.25, "fair"),
        ("cls", 1e300, "poor"),
        ("LCP", 1, None),
        ("", 1, None),
    ],
)
def test_a_vital_is_good_fair_or_poor(vital, value, expected):
    assert rating(vital, value) == expected
