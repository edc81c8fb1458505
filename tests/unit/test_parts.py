"""Panels that are made of the shown rows of one breakdown."""

import pytest

from consent_service.domain.counting.dimensions import NONE, OTHER
from consent_service.domain.disclosure.shown import UNSHOWN, Shown
from consent_service.domain.figures.parts import by_part, not_found, part_of

NEWSLETTER = {"a / email / x": {"visits": Shown(20)}, "a / \N{EN DASH} / y": {"visits": Shown(15)}}


@pytest.mark.parametrize(
    ("dimension", "value", "parts"),
    [
        ("campaign", "letter / email / autumn", {"source": "letter", "medium": "email"}),
        ("campaign", "letter / \N{EN DASH} / \N{EN DASH}", {"source": "letter", "medium": NONE}),
        ("campaign", "24/7 / e-mail / a", {"source": "24/7", "medium": "e-mail"}),
        ("campaign", NONE, {"source": NONE, "medium": NONE}),
        ("platform", "iOS, phone", {"system": "iOS", "device": "phone"}),
        ("platform", "iOS", {"system": "iOS", "device": NONE}),
        ("platform", "phone", {"system": NONE, "device": "phone"}),
        ("platform", NONE, {"system": NONE, "device": NONE}),
    ],
)
def test_a_value_is_taken_apart_as_it_was_put_together(dimension, value, parts):
    assert {part: part_of(dimension, part, value) for part in parts} == parts


def test_sums_are_exact_where_every_row_is_and_nothing_else_is_there():
    assert by_part("campaign", "source", NEWSLETTER) == {"a": {"visits": Shown(35)}}


@pytest.mark.parametrize(
    "further",
    [
        {OTHER: {"visits": Shown(12)}},
        {"b / print / z": {"visits": Shown(10, "least")}},
        {"b / c / d": {"visits": UNSHOWN}},
    ],
)
def test_sums_are_at_least_where_any_row_is_not_exact_or_there_is_everything_else(further):
    assert by_part("campaign", "source", {**NEWSLETTER, **further})["a"] == {"visits": Shown(35, "least")}


def test_everything_else_has_no_part():
    assert OTHER not in by_part("campaign", "source", {**NEWSLETTER, OTHER: {"visits": Shown(12)}})


def test_visitors_stay_marked_as_added_up():
    platforms = {"iOS, phone": {"visitors": Shown(20, "exact", True)}, "Android, phone": {"visitors": Shown(9)}}
    assert by_part("platform", "device", platforms) == {"phone": {"visitors": Shown(29, "exact", True)}}


def test_pages_that_were_not_found_are_told_as_they_stand_among_the_pages():
    pages = {"/": {"views": Shown(50)}, "404 /old": {"views": Shown(20, "least")}, OTHER: {"views": Shown(30)}}
    assert not_found(pages) == {"/old": {"views": Shown(20, "least")}}
