"""Sums that a worker remembers."""

from consent_service.domain.calendar.periods import Period
from consent_service.domain.disclosure.shown import Shown
from consent_service.reporting.published import Settings
from consent_service.reporting.sums_cache import Remembered, key_of


def sums(cells):
    return {"page": {f"/{number}": {"visits": Shown(20)} for number in range(cells)}}


def key(day="2026-11-01", digest="a", site="abcdefgh"):
    return key_of(site, ("page",), [Period.parse(day)], {Period.parse(day): Settings(10, "day", digest)})


def test_a_sum_is_found_again_by_its_periods_and_what_was_published_of_them():
    remembered = Remembered()
    remembered.put(key(), sums(3))

    assert remembered.get(key()) == sums(3)
    assert [remembered.get(key("2026-11-02")), remembered.get(key(digest="b")), remembered.get(key(site="x"))] == [
        None
    ] * 3


def test_beyond_so_many_cells_those_longest_unasked_for_are_forgotten():
    remembered = Remembered(most_cells=10)
    remembered.put(key("2026-11-01"), sums(4))
    remembered.put(key("2026-11-02"), sums(4))
    remembered.get(key("2026-11-01"))
    remembered.put(key("2026-11-03"), sums(4))

    assert remembered.get(key("2026-11-02")) is None
    assert remembered.get(key("2026-11-01"))
    assert remembered.cells == 8


def test_what_is_too_large_is_not_kept():
    remembered = Remembered(most_cells=3)
    remembered.put(key(), sums(4))

    assert remembered.cells == 0
