"""Sums that a worker remembers."""

from consent_service.domain.calendar.periods import Period
from consent_service.domain.disclosure.shown import Shown
from consent_service.reporting.published import Settings
from consent_service.reporting.sums_cache import SumsCache, key_of


def sums(cells):
    return {"page": {f"/{number}": {"visits": Shown(20)} for number in range(cells)}}


def key(day="2026-11-01", digest="a", site="abcdefgh"):
    return key_of(site, ("page",), [Period.parse(day)], {Period.parse(day): Settings(10, "day", digest)})


def test_a_sum_is_found_again_by_its_periods_and_what_was_published_of_them():
    sums_cache = SumsCache()
    sums_cache.put(key(), sums(3))

    assert sums_cache.get(key()) == sums(3)
    assert [sums_cache.get(key("2026-11-02")), sums_cache.get(key(digest="b")), sums_cache.get(key(site="x"))] == [
        None
    ] * 3


def test_beyond_so_many_cells_those_longest_unasked_for_are_forgotten():
    sums_cache = SumsCache(most_cells=10)
    sums_cache.put(key("2026-11-01"), sums(4))
    sums_cache.put(key("2026-11-02"), sums(4))
    sums_cache.get(key("2026-11-01"))
    sums_cache.put(key("2026-11-03"), sums(4))

    assert sums_cache.get(key("2026-11-02")) is None
    assert sums_cache.get(key("2026-11-01"))
    assert sums_cache.cells == 8


def test_what_is_too_large_is_not_kept():
    sums_cache = SumsCache(most_cells=3)
    sums_cache.put(key(), sums(4))

    assert sums_cache.cells == 0
