"""A hit: its flags, and the counters that it adds to.

The browser says with flags whether its visit is the first of the day, week, month and year; the server adds
them up. That is how visitors are counted without any identifier.
"""

from __future__ import annotations

FIRST_OF_DAY = 1
FIRST_OF_WEEK = 2
FIRST_OF_MONTH = 4
FIRST_OF_YEAR = 8
FIRST_VIEW = 16
SECOND_VIEW = 32
FIRST_TOUCH = 64
"""The first view of this page in this visit, or the first interaction of this kind and name."""

VISIT_FLAGS = FIRST_OF_DAY | FIRST_OF_WEEK | FIRST_OF_MONTH | FIRST_OF_YEAR

CLASSES = (0, 1, 1 | 2, 1 | 4, 1 | 2 | 4, 1 | 4 | 8, 1 | 2 | 4 | 8)
"""The visit flags that nest: year implies month, month and week imply day. All others are refused."""

CLASS_OF = {flags: number for number, flags in enumerate(CLASSES)}

# The counters of one tally cell. A visit adds to the one counter of its class, so that a cell costs one store
# where five measures move; the keeper takes the classes apart again (counting.spread).
REPEATS = len(CLASSES)  # views that are not the visit's first of this cell
ENGAGED_VISITS = REPEATS + 1  # visits with a second view
ENGAGED_SECONDS = REPEATS + 2
FURTHER_HITS = REPEATS + 3  # of the site's cell alone: hits that are not views
COUNTERS = REPEATS + 4

LONGEST_ENGAGEMENT = 1_800
"""Seconds that one message may report: a visit ends after a pause of thirty minutes."""


def view_flags_hold(flags: int) -> bool:
    """Whether the flags of a page view nest as the design has it."""
    if flags & ~(VISIT_FLAGS | FIRST_VIEW | SECOND_VIEW | FIRST_TOUCH) or flags & VISIT_FLAGS not in CLASS_OF:
        return False
    if flags & FIRST_VIEW:
        return bool(flags & FIRST_TOUCH) and not flags & SECOND_VIEW
    return True


VIEW_FLAGS = frozenset(flags for flags in range(128) if view_flags_hold(flags))
"""All flags that a page view may carry, so that a hit costs a look-up."""


def site_counters(flags: int) -> tuple[int, ...]:
    """The counters of the ``site`` cell to which a view adds one."""
    if flags & FIRST_VIEW:
        return (CLASS_OF[flags & VISIT_FLAGS],)
    return (REPEATS, ENGAGED_VISITS) if flags & SECOND_VIEW else (REPEATS,)


def changed_counters(flags: int) -> tuple[int, ...]:
    """The counters of a cell whose value the service made of several: a visit counts with its first view alone.

    The browser says "first of this page" of the address that it sees. Of ten addresses that become one value, one
    visitor would be ten.
    """
    return (CLASS_OF[flags & VISIT_FLAGS],) if flags & FIRST_VIEW else (REPEATS,)


def interaction_counters(flags: int) -> tuple[int, ...]:
    """The counters of its cell to which a hit that is no view adds one: an event, a link out, a page not found."""
    return (CLASS_OF[flags & VISIT_FLAGS],) if flags & FIRST_TOUCH else (REPEATS,)


INTERACTION_COUNTERS = {
    flags | touch: interaction_counters(flags | touch) for flags in CLASSES for touch in (0, FIRST_TOUCH)
}
"""By all flags that a hit may carry that is no view: it begins no visit."""

SITE_COUNTERS = {flags: site_counters(flags) for flags in VIEW_FLAGS}
PAGE_COUNTERS = {flags: interaction_counters(flags) for flags in VIEW_FLAGS}
CHANGED_PAGE_COUNTERS = {flags: changed_counters(flags) for flags in VIEW_FLAGS}
