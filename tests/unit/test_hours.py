"""A site's hours: what its present one may hold."""

from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_service.domain.counting import hourly_cap

NOW = 498_708
WEEK = hourly_cap.MOST_HOURS

counts = st.integers(0, 10**6)


def week(*hits):
    """Complete hours before now, the last one last."""
    return dict(zip(range(NOW - len(hits), NOW), hits, strict=True))


@given(st.lists(counts, max_size=WEEK - 1), counts)
def test_there_is_no_cap_before_168_hours_are_known(hits, present):
    assert hourly_cap.cap({**week(*hits), NOW: present}, NOW, 0) is None
    assert not hourly_cap.is_over({**week(*hits), NOW: present}, NOW, 0)


@given(st.lists(counts, min_size=WEEK, max_size=WEEK + 20), counts, st.integers(0, 10**6))
def test_the_cap_is_ten_times_the_median_of_the_last_168_hours_or_what_one_sender_may_send(hits, present, least):
    cap = hourly_cap.cap({**week(*hits), NOW: present}, NOW, least)

    assert cap == max(least, 10 * median(hits[-WEEK:]))


def test_hours_without_a_hit_count_as_none():
    assert hourly_cap.cap(week(*[0] * 84, *[50] * 84), NOW, 1) == 250
    assert hourly_cap.cap(week(*[0] * 100, *[50] * 68), NOW, 7_200) == 7_200


def test_hours_in_which_the_service_was_stopped_are_left_out():
    before = {hour - 1_000: 40 for hour in week(*[0] * WEEK)}

    assert hourly_cap.cap({**before, NOW - 1: 40}, NOW, 1) == 400


@given(st.lists(counts, min_size=WEEK, max_size=WEEK), counts, st.integers(1, 10**6))
def test_a_site_is_over_once_its_present_hour_has_reached_the_cap(hits, present, least):
    known = {**week(*hits), NOW: present}

    assert hourly_cap.is_over(known, NOW, least) == (present >= hourly_cap.cap(known, NOW, least))


@given(st.dictionaries(st.integers(NOW - 400, NOW + 5), counts), counts)
def test_what_is_kept_is_bounded_and_gives_the_same_cap(known, least):
    kept = hourly_cap.kept(known, NOW)

    assert len(kept) <= WEEK + 1
    assert max(kept, default=NOW) <= NOW
    assert hourly_cap.cap(kept, NOW, least) == hourly_cap.cap(known, NOW, least)
    assert hourly_cap.kept(kept, NOW) == kept


@given(*[st.dictionaries(st.integers(NOW - 5, NOW), counts)] * 2)
def test_hits_of_one_hour_add_up_in_any_order(left, right):
    both = hourly_cap.together(left, right)

    assert both == hourly_cap.together(right, left)
    assert sum(both.values()) == sum(left.values()) + sum(right.values())


@pytest.mark.parametrize(("instant", "hour"), [(0, 0), (3_599.9, 0), (3_600, 1), (1_795_348_800, 498_708)])
def test_an_hour_is_numbered_from_1970(instant, hour):
    assert hourly_cap.hour_of(instant) == hour
