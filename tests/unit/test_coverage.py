"""How much of a period a breakdown's rows hold."""

import pytest

from consent_service.domain.counting.dimensions import DIMENSIONS, NONE, OTHER
from consent_service.domain.disclosure.shown import UNSHOWN, Shown
from consent_service.domain.figures.coverage import Coverage, coverage_of

TOTALS = {"views": Shown(200), "visits": Shown(100), "visitors": Shown(90)}


def rows(measure, **counts):
    return {value: {measure: count} for value, count in counts.items()}


def test_visits_of_all_rows_are_set_against_all_visits():
    breakdown = {**rows("visits", a=Shown(40), b=Shown(30)), NONE: {"visits": Shown(10)}, OTHER: {"visits": Shown(20)}}
    assert coverage_of(DIMENSIONS["referrer"], breakdown, TOTALS) == Coverage("visits", Shown(80), Shown(100))


def test_of_pages_it_is_views():
    breakdown = {"/": {"views": Shown(120), "visits": Shown(90)}, OTHER: {"views": Shown(80), "visits": UNSHOWN}}
    assert coverage_of(DIMENSIONS["page"], breakdown, TOTALS) == Coverage("views", Shown(120), Shown(200))


@pytest.mark.parametrize(("name", "measure"), [("event", "views"), ("outbound", "views"), ("consent", "visits")])
def test_what_no_total_counts_is_set_against_its_rows_and_everything_else(name, measure):
    breakdown = {**rows(measure, a=Shown(40)), OTHER: {measure: Shown(12)}}
    assert coverage_of(DIMENSIONS[name], breakdown, TOTALS) == Coverage(measure, Shown(40), Shown(52))


def test_it_carries_the_marks_of_its_parts():
    covered = coverage_of(DIMENSIONS["referrer"], rows("visits", a=Shown(40), b=Shown(30, "least")), TOTALS)
    assert covered == Coverage("visits", Shown(70, "least"), Shown(100))


@pytest.mark.parametrize(("breakdown", "totals"), [({}, TOTALS), (rows("visits", a=Shown(40)), {})])
def test_without_rows_or_totals_nothing_is_said(breakdown, totals):
    assert coverage_of(DIMENSIONS["referrer"], breakdown, totals) is None
