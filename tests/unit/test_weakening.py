"""Which changes of terms promise visitors less."""

import pytest

from consent_service.domain.notice.notice import Terms
from consent_service.domain.notice.weakening import weakened

BEFORE = Terms("Harbour", dimensions=("page", "browser"), events=("sign-up",))


@pytest.mark.parametrize(
    ("term", "weaker", "stronger"),
    [
        ("threshold", 5, 20),
        ("dimensions", ("page", "browser", "country"), ("page",)),
        ("events", ("sign-up", "donate"), ()),
        ("retention", 26, 24),
    ],
)
def test_less_is_promised_by_more_and_not_by_less(term, weaker, stronger):
    assert weakened(BEFORE, BEFORE.amended({term: weaker})) == (term,)
    assert weakened(BEFORE, BEFORE.amended({term: stronger})) == ()


def test_by_day_tells_more_than_by_month():
    by_day = BEFORE.amended({"detail": "day"})
    assert weakened(BEFORE, by_day) == ("detail",)
    assert weakened(by_day, BEFORE) == ()


def test_one_dimension_in_the_place_of_another_tells_something_new():
    assert weakened(BEFORE, BEFORE.amended({"dimensions": ("page", "country")})) == ("dimensions",)


def test_zone_pages_and_who_counts_tell_no_more():
    assert weakened(BEFORE, BEFORE.amended({"timezone": "Asia/Tokyo", "pages": ("/",), "controller": "Port"})) == ()
