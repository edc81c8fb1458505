from consent_service.domain.counting import hit
from tests.tables import every


@every(
    ("flags", "holds"),
    [
        (0, True),
        (64, True),
        (16 | 64, True),
        (1 | 2 | 4 | 8 | 16 | 64, True),
        (1 | 2 | 16 | 64, True),
        (32, True),
        (1 | 32 | 64, True),
        (2, False),  # a week's first that is not the day's first
        (1 | 8, False),  # a year's first that is not the month's
        (4, False),
        (16, False),  # the first view of the visit is the page's first too
        (16 | 32 | 64, False),
        (128, False),
    ],
)
def test_flags_are_refused_unless_they_nest(flags, holds):
    assert hit.view_flags_hold(flags) is holds
    assert (flags in hit.VIEW_FLAGS) is holds


def test_there_are_exactly_the_combinations_of_visit_flags_that_nest():
    assert {flags & hit.VISIT_FLAGS for flags in hit.VIEW_FLAGS} == set(hit.CLASSES) == {0, 1, 3, 5, 7, 13, 15}


def test_a_hit_that_is_no_view_begins_no_visit():
    assert {flags & hit.VISIT_FLAGS for flags in hit.INTERACTION_COUNTERS} == set(hit.CLASSES)
    assert {flags & ~hit.VISIT_FLAGS for flags in hit.INTERACTION_COUNTERS} == {0, hit.FIRST_TOUCH}


@every("flags", sorted(hit.VIEW_FLAGS))
def test_a_page_that_stands_for_several_addresses_takes_a_visit_from_its_first_view_alone(flags):
    is_first = bool(flags & hit.FIRST_VIEW)
    visit = (hit.CLASS_OF[flags & hit.VISIT_FLAGS],)

    assert hit.CHANGED_PAGE_COUNTERS[flags] == (visit if is_first else (hit.REPEATS,))
    assert hit.PAGE_COUNTERS[flags] == (visit if flags & hit.FIRST_TOUCH else (hit.REPEATS,))
