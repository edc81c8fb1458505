from datetime import UTC, date, datetime

import pytest

from consent_service.domain.calendar.periods import Period
from consent_service.domain.notice.notice import Notice, Terms
from consent_service.domain.notice.timeline import Edition, Timeline, published
from consent_service.domain.notice.wording import DEFAULT_TEXTS

NOVEMBER, DECEMBER = map(Period.parse, ("2026-11", "2026-12"))
TERMS = Terms("Harbour", timezone="UTC")
OTHER_TEXTS = {"en": {**DEFAULT_TEXTS["en"], "notice": "Other words."}}


def instant(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def line(*editions):
    return Timeline([Edition(Notice(TERMS.amended(changes)), Period.parse(month)) for month, changes in editions])


def test_an_edition_is_current_from_its_month_on():
    timeline = line(("2026-10", {}), ("2026-12", {"threshold": 20}))

    assert timeline.in_month(NOVEMBER).notice.terms.threshold == 10
    assert timeline.in_month(DECEMBER).notice.terms.threshold == 20
    assert timeline.in_month(Period.parse("2026-01")).notice.terms.threshold == 10


def test_a_period_that_spans_a_change_uses_the_larger_threshold():
    timeline = line(("2026-10", {"threshold": 20}), ("2026-12", {"threshold": 5}))

    assert timeline.threshold(NOVEMBER) == 20
    assert timeline.threshold(Period.parse("2026-W49")) == 20  # 30 November to 6 December
    assert timeline.threshold(DECEMBER) == 5
    assert timeline.threshold(Period.parse("2026")) == 20


def test_the_highest_threshold_is_known_whenever_it_was_or_will_be_current():
    assert line(("2026-10", {"threshold": 20}), ("2026-12", {"threshold": 5})).highest_threshold == 20
    assert line(("2026-10", {"threshold": 5}), ("2026-12", {"threshold": 20})).highest_threshold == 20


@pytest.mark.parametrize(
    ("zone", "at", "day"),
    [
        ("America/New_York", "2026-12-01T00:00", date(2026, 12, 1)),  # there it is 30 November still
        ("America/New_York", "2026-12-01T04:59", date(2026, 12, 1)),
        ("America/New_York", "2026-12-02T04:59", date(2026, 12, 1)),
        ("Asia/Tokyo", "2026-11-30T23:59", date(2026, 11, 30)),
        ("Asia/Tokyo", "2026-12-01T15:00", date(2026, 12, 2)),
    ],
)
def test_a_new_time_zone_starts_where_the_old_month_ends(zone, at, day):
    timeline = line(("2026-10", {}), ("2026-12", {"timezone": zone}))

    assert timeline.day_at(instant(at)) == day


def test_a_period_ends_with_its_last_day_in_the_zone_of_that_day():
    timeline = line(("2026-10", {}), ("2026-12", {"timezone": "America/New_York"}))

    assert timeline.ends_at(NOVEMBER) == instant("2026-12-01T00:00")
    assert timeline.ends_at(DECEMBER) == instant("2027-01-01T05:00")
    assert timeline.ends_at(Period.parse("2026-W49")) == instant("2026-12-07T05:00")


def test_changed_texts_are_current_at_once():
    editions = published(line(("2026-10", {})), NOVEMBER, True, None, OTHER_TEXTS)

    assert [(one.current_from.name, one.notice.terms) for one in editions] == [("2026-11", TERMS)]


def test_changed_terms_wait_for_the_next_month():
    wanted = TERMS.amended({"threshold": 5})
    editions = published(line(("2026-10", {})), NOVEMBER, True, wanted, None)

    assert editions == [Edition(Notice(wanted), DECEMBER)]


def test_changed_terms_are_current_at_once_before_anything_was_counted():
    wanted = TERMS.amended({"threshold": 5})

    assert published(line(("2026-10", {})), NOVEMBER, False, wanted, None) == [Edition(Notice(wanted), NOVEMBER)]


def test_changed_texts_reach_both_the_current_notice_and_the_one_that_waits():
    waiting = line(("2026-10", {}), ("2026-12", {"threshold": 20}))
    editions = published(waiting, NOVEMBER, True, None, OTHER_TEXTS)

    assert [(one.current_from.name, one.notice.terms.threshold) for one in editions] == [
        ("2026-11", 10),
        ("2026-12", 20),
    ]
    assert all(one.notice.texts == OTHER_TEXTS for one in editions)


def test_publishing_what_is_current_changes_nothing():
    assert published(line(("2026-10", {})), NOVEMBER, True, TERMS, DEFAULT_TEXTS) == []


def test_a_notice_is_found_by_its_digest_in_its_first_edition():
    timeline = line(("2026-10", {}), ("2026-11", {"threshold": 20}), ("2026-12", {}))
    first, second, _ = timeline.editions

    assert timeline.edition(first.notice.digest) is first
    assert timeline.edition(second.notice.digest) is second
    assert timeline.edition("0" * 32) is None


@pytest.mark.parametrize(("day", "waiting"), [(date(2026, 9, 30), 2), (date(2026, 11, 30), 1), (date(2026, 12, 1), 0)])
def test_what_is_to_come_waits_and_the_first_never_does(day, waiting):
    timeline = line(("2026-10", {}), ("2026-11", {"threshold": 20}), ("2026-12", {}))

    assert timeline.waiting(day) == list(timeline.editions[3 - waiting :])
