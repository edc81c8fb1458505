"""On which days each edition of a notice was in use."""

from datetime import date

from consent_service.domain.calendar.periods import Period
from consent_service.domain.notice.in_use import uses
from consent_service.domain.notice.notice import Notice, Terms
from consent_service.domain.notice.timeline import Edition, Timeline

MADE, TODAY = date(2026, 8, 20), date(2026, 11, 22)


def edition(month, published=None, retention=25):
    return Edition(Notice(Terms("Harbour", retention=retention)), Period.parse(month), published)


def told(*editions, today=TODAY):
    return [(one.state, one.first, one.last) for one in uses(Timeline(editions), MADE, today)]


def test_a_notice_is_in_use_from_the_day_of_its_site_or_its_publication_until_the_day_before_the_next():
    assert told(edition("2026-08"), edition("2026-10", date(2026, 10, 7)), edition("2026-12", date(2026, 11, 3))) == [
        ("past", date(2026, 8, 20), date(2026, 10, 6)),
        ("current", date(2026, 10, 7), date(2026, 11, 30)),
        ("waiting", date(2026, 12, 1), None),
    ]


def test_one_that_is_replaced_on_its_first_day_says_so():
    found = list(
        uses(Timeline([edition("2026-08", date(2026, 8, 20)), edition("2026-08", date(2026, 8, 20), 12)]), MADE, TODAY)
    )
    assert [one.replaced_at_once for one in found] == [True, False]
    assert [one.state for one in found] == ["past", "current"]


def test_where_the_day_was_not_noted_it_is_the_first_of_its_month():
    assert told(edition("2026-08"), edition("2026-10"))[1] == ("current", date(2026, 10, 1), None)
