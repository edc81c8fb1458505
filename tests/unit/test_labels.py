"""What a value is called in files."""

import pytest

from consent_service.collect.countries import countries_by_zone
from consent_service.domain.figures.labels import COUNTRIES, label


@pytest.mark.parametrize(
    ("dimension", "value", "expected"),
    [
        ("country", "NA", "Namibia"),
        ("country", "XX", "XX"),
        ("language", "no", "Norwegian"),
        ("language", "tlh", "tlh"),
        ("hour", "7", "07:00"),
        ("hour", "23", "23:00"),
        ("consent", "9a0364b9e99bb480dd25e1f0284c8555", "notice 9a0364b9"),
        ("site", "", "all"),
        ("page", "/about", "/about"),
        ("page", "NA", "NA"),
        ("platform", "iOS, phone", "iOS, phone"),
        ("campaign", "newsletter / email / november", "newsletter / email / november"),
        ("country", "(none)", "(none)"),
        ("hour", "(other)", "(other)"),
        ("consent", "(other)", "(other)"),
    ],
)
def test_a_value_is_called_by_its_english_name_where_it_has_one(dimension, value, expected):
    assert label(dimension, value) == expected


def test_no_two_countries_have_the_same_name():
    assert len(set(COUNTRIES.values())) == len(COUNTRIES)


def test_every_country_that_can_be_counted_has_a_name():
    assert set(countries_by_zone().values()) <= COUNTRIES.keys()
