"""Promise 8: no breakdown cell that is hidden can be recovered by someone who sees every published number.

The tables of up to four values are tried one and all, on the functions that release, close and show.
"""

from collections import defaultdict
from itertools import permutations, product

import pytest

from consent_service.domain.counting.counts import VISITS, plus
from consent_service.domain.counting.dimensions import DIMENSIONS
from consent_service.domain.disclosure.publication import close, hand_over
from consent_service.domain.disclosure.suppression import may_release
from tests.privacy.attacker import NAMES, Attacker, Closes, K, counts, seen_closed, seen_open, shares

REFERRER, PAGE = DIMENSIONS["referrer"], DIMENSIONS["page"]


def cells_of(table):
    return tuple(counts(visits) if visits else None for visits in table)


def released(cells, stored=(None,) * 5):
    """What is stored of a breakdown after a release."""
    return tuple(
        cell
        if cell and may_release([a - b for a, b in zip(cell, before or [0] * 6, strict=True)], before, K)
        else before
        for cell, before in zip(cells, stored, strict=True)
    )


def named(cells):
    return {name: cell for name, cell in zip(NAMES, cells, strict=False) if cell}


def halves(most):
    """Two tables of up to so many visits each and what they add up to, of up to four cells in all."""
    tables = [table for total in range(most + 1) for table in shares(total, len(NAMES))]
    for first, second in product(tables, repeat=2):
        together = tuple(one + other for one, other in zip(first, second, strict=True))
        if together.count(0):
            yield first, second, together


def test_a_month_that_is_counted_as_a_whole_over_several_days(is_long):
    """Each day's total is known, the month's breakdown as it stood after each day, and the month as it is closed."""
    attacker, closes = Attacker(), Closes(REFERRER)
    for first, second, month in halves(6 if is_long else 5):
        after_first = released(cells_of(first))
        after_second = released(cells_of(month), after_first)
        days = (sum(first), sum(second))
        for closed, shown in closes.of(cells_of(month), after_second, counts(sum(days))):
            if sum(days) >= K:
                sight = (
                    days,
                    seen_open(REFERRER, named(after_first)),
                    seen_open(REFERRER, named(after_second)),
                    closed,
                )
                attacker.sees(sight, shown, cells_of(month))

    assert len(attacker) > 1_000
    assert attacker.recovered() == []


def test_days_that_are_counted_one_by_one_and_the_month_that_they_add_up_to(is_long):
    """The month's total tells a hidden day's, so all totals are known; each day is seen in the middle, and closed."""
    attacker, closes = Attacker(), Closes(REFERRER)
    for morning, _, day in halves(6 if is_long else 5):
        at_noon = released(cells_of(morning))
        for closed, shown in closes.of(cells_of(day), at_noon, counts(sum(day))):
            attacker.sees((sum(day), seen_open(REFERRER, named(at_noon)), closed), shown, cells_of(day))

    assert len(attacker) > 1_000
    assert attacker.recovered() == []


def test_three_values_that_are_all_known_of_which_one_was_shown(is_long):
    """As those of ``device`` are. Where none was shown, each may have k - 1 visitors, and the total would tell it.

    The last release may have been at any moment.
    """
    attacker, closes = Attacker(), Closes(DIMENSIONS["device"])
    for total in range(K, 14 if is_long else 12):
        for table in shares(total, 3):
            cells = cells_of(table)
            for earlier in product(*(range(number + 1) for number in table)):
                before = released(cells_of(earlier), (None,) * 3)
                if any(before):
                    for closed, shown in closes.of(cells, before, counts(total)):
                        attacker.sees((total, seen_open(REFERRER, named(before)), closed), shown, cells)

    assert len(attacker) > 100
    assert attacker.recovered() == []


def test_three_values_that_two_machines_have_counted(is_long):
    """One hands over what it has when the period is over, and the other closes.

    How many visits each had is known. Then k - 1 may be told where all values are known, as docs/privacy.md has it.
    """
    attacker, device = Attacker(), DIMENSIONS["device"]
    for total in range(K, 13 if is_long else 10):
        for table in shares(total, 3):
            for stored in {released_of(table, earlier) for earlier in up_to(table)} - {(None,) * 3}:
                left = [number - (cell[VISITS] if cell else 0) for number, cell in zip(table, stored, strict=True)]
                for theirs in up_to(left):
                    mine = [number - other for number, other in zip(left, theirs, strict=True)]
                    for closed in handed_and_closed(named(stored), named(cells_of(theirs)), named(cells_of(mine))):
                        sight = (total, sum(theirs), seen_open(device, named(stored)), closed)
                        attacker.sees(sight, frozenset(value for value, *_ in closed), cells_of(table))

    assert len(attacker) > 100
    assert {known for *_, known in attacker.recovered()} <= {(K - 1,)}


def up_to(table):
    """All tables in which no value has more visits."""
    return product(*(range(number + 1) for number in table))


def released_of(table, earlier):
    """What is stored of a table, in a form that sets take."""
    return tuple(cell and tuple(cell) for cell in released(cells_of(earlier), (None,) * len(table)))


def handed_and_closed(stored, theirs, mine):
    """What can be published, by each order of drawing, after one machine has handed over and another has closed."""
    handed = hand_over({"device": stored}, {"device": theirs})
    both = stored.keys() & handed.get("device", {}).keys()
    kept = {**handed, "device": {**stored, **{value: plus(stored[value], handed["device"][value]) for value in both}}}
    orders = [{value: bytes([place]) for place, value in enumerate(order)} for order in permutations(NAMES[:3])]
    closes = [close(kept, {"device": mine}, K, lambda _, order=order: order.__getitem__) for order in orders]
    return {seen_closed(DIMENSIONS["device"], {row.value: row.counts for row in rows}) for rows in closes}


@pytest.mark.parametrize("returning", [0, 1])
def test_pages_of_which_a_visit_sees_several(returning, is_long):
    """Total, entries (which add up to the total), and what was shown while the period was open."""
    attacker, closes = Attacker(), Closes(PAGE)
    for total in range(K + returning, 8 if is_long else 5 + returning):
        for cells, stored in pages(total, total - returning, 4 if total <= 4 else 3):
            for closed, shown in closes.of(cells, stored, counts(total, total - returning)):
                sight = (total, seen_open(PAGE, named(stored)), closed)
                attacker.sees(sight, shown, cells)

    assert len(attacker) > 100
    assert attacker.recovered() == []


def pages(total, visitors, names):
    """All tables of pages, with what may have been stored of each."""
    for entries in shares(total, names):
        choices = [list(page_cells(number, total, visitors)) for number in entries]
        for chosen in product(*choices):
            cells = tuple(cell for cell, _ in chosen)
            for stored in product(*(before for _, before in chosen)):
                yield cells, stored


def page_cells(entries, total, visitors):
    """All counts that a page can have, each with all that may have been stored of it: nothing, or k visits and more."""
    for visits in range(entries, total + 1):
        for first in range(max(0, visits - (total - visitors)), min(visits, visitors) + 1):
            cell = counts(visits, first, entries) if visits else None
            before = [None]
            if first >= K:
                before += [counts(number, number, min(entries, number)) for number in range(K, first + 1)]
            yield cell, before


def test_entries_that_are_hidden_beside_pages_that_are_shown(is_long):
    """Entries add up over all pages to the site's visits, and no page has more entries than visits."""
    possible = defaultdict(lambda: [set() for _ in range(4)])
    for names, total in product((2, 3, 4), range(K, 10 if is_long else 8)):
        for entries in shares(total, names):
            for visits in product(*(range(max(number, K), total + 1) for number in entries)):
                seen = zip(NAMES, visits, entries, strict=False)
                cells = {name: counts(number, number, first) for name, number, first in seen}
                sight = (total, seen_closed(PAGE, cells))
                for place, number in enumerate(entries):
                    possible[sight][place].add(number)
    recovered = [
        (sight, name)
        for sight, found in possible.items()
        for name, numbers in zip(NAMES, found, strict=False)
        if len(numbers) == 1 and 0 < min(numbers) < K
    ]

    assert len(possible) > 1_000
    assert recovered == []
