"""Relative luminance and contrast, as WCAG defines them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent_service.domain.snippet.contrast import contrast, is_colour, luminance

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
SHORT = st.integers(0, 0xFFF).map("#{:03x}".format)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000", "#fff", 21.0),
        ("#767676", "#fff", 4.54),  # the lightest grey that may be read on white, as WebAIM tells
        ("#777", "#fff", 4.48),
        ("#949494", "#fff", 3.03),
        ("#f00", "#fff", 4.0),
        ("#0f0", "#000", 15.3),
        ("#00f", "#fff", 8.59),
    ],
)
def test_contrast_is_what_others_measure(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)


@given(COLOURS, COLOURS)
def test_contrast_lies_between_1_and_21_whichever_colour_comes_first(one, other):
    assert 1 <= contrast(one, other) == contrast(other, one) <= 21.000001


@given(COLOURS)
def test_a_colour_has_no_contrast_with_itself(colour):
    assert contrast(colour, colour) == 1


@given(COLOURS)
def test_the_contrasts_with_black_and_with_white_multiply_to_that_of_the_two(colour):
    assert contrast(colour, "#000") * contrast(colour, "#fff") == pytest.approx(21)


@given(st.integers(0, 0xFE), st.sampled_from([0, 8, 16]))
def test_more_of_a_channel_is_more_luminance(level, shift):
    assert luminance(f"#{level << shift:06x}") < luminance(f"#{level + 1 << shift:06x}")


@given(SHORT)
def test_three_digits_are_short_for_six(colour):
    long = "#" + "".join(digit * 2 for digit in colour[1:])

    assert luminance(colour) == luminance(long) == luminance(long.upper())


@given(COLOURS | SHORT)
def test_a_colour_is_known_by_its_spelling(colour):
    assert is_colour(colour)
    assert is_colour(colour.upper())


@pytest.mark.parametrize(
    "text", ["", "#", "fff", "#ff", "#ffff", "#ffffffff", "#ggg", "#fff\n", " #fff", "#٣٣٣", "red", 0, None]
)
def test_what_is_spelled_otherwise_is_no_colour(text):
    assert not is_colour(text)
