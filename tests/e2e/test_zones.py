"""What the installed browsers say of time zones: names that are in the table of countries, and the service's hours."""

import json
import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from consent_service.collect.countries import countries_by_zone
from tests.e2e.firefox.test_firefox import run

START, STEP, STEPS = datetime(2026, 7, 1, tzinfo=UTC), timedelta(days=15, hours=7), 37
"""A year and a half, in steps that fall into every clock's summer and winter."""

SAMPLER = f"""(names) => names.map((name) => {{
  const format = new Intl.DateTimeFormat("en", {{ timeZone: name, timeZoneName: "longOffset" }});
  const offsets = Array.from({{ length: {STEPS} }}, (_, step) =>
    format.formatToParts({START.timestamp() * 1000} + step * {STEP.total_seconds() * 1000})
      .find(({{ type }}) => type === "timeZoneName").value);
  return [format.resolvedOptions().timeZone, offsets];
}})"""

NAMES = sorted({*available_timezones()} - {"Factory", "localtime"})

CLOCKS_IN_A_COUNTRY = {
    "CET": "BE",
    "MET": "BE",
    "EET": "GR",
    "WET": "PT",
    "EST": "PA",
    "EST5EDT": "US",
    "CST6CDT": "US",
    "MST": "US",
    "MST7MDT": "US",
    "PST8PDT": "US",
    "HST": "US",
}
"""Of a device that is set to a clock and to no place, Chromium 156 and Firefox 153 name a city that has it."""

OTHER_HOURS = {"America/Havana", "Cuba"}
"""Zones whose hours browsers and tz 2026f disagree on: Chromium 156 has Cuba's winter at -5, Firefox 153 at -4."""


@pytest.fixture(scope="module")
def firefox():
    return run("zones.mjs", SAMPLER, json.dumps(NAMES))


@pytest.fixture(scope="module")
def chromium_says(browser):
    page = browser.new_page()
    yield page.evaluate(f"({SAMPLER})({json.dumps(NAMES)})")
    page.close()


def check_countries(sampled):
    """The name under which a browser reports a zone is in the same country as the zone."""
    countries = countries_by_zone()
    reported = {name: countries.get(said) for name, (said, _) in zip(NAMES, sampled, strict=True)}
    assert len(reported) == len(NAMES) > 590
    elsewhere = {name: country for name, country in reported.items() if country != countries.get(name)}
    assert elsewhere == {name: CLOCKS_IN_A_COUNTRY[name] for name in elsewhere}


def check_hours(sampled):
    differing = {
        name for name, (_, offsets) in zip(NAMES, sampled, strict=True) if [*map(_seconds, offsets)] != _ours(name)
    }
    assert differing <= OTHER_HOURS


def _seconds(offset: str) -> float:
    """Of a text such as GMT+05:30."""
    sign, hours, minutes = re.fullmatch(r"GMT(?:([+-])(\d\d):(\d\d))?", offset).groups("0")
    return (-1 if sign == "-" else 1) * (int(hours) * 3600 + int(minutes) * 60)


def _ours(name: str) -> list[float]:
    steps = [(START + step * STEP).astimezone(ZoneInfo(name)).utcoffset() for step in range(STEPS)]
    return [step.total_seconds() for step in steps]


def test_the_samples_see_every_change_of_a_clock():
    summers = [offset for offset, following in pairwise(_ours("Europe/Berlin")) if offset != following]
    assert len(summers) == 3


def test_chromium_reports_a_name_in_the_country_of_the_zone(chromium_says):
    check_countries(chromium_says)


def test_firefox_reports_a_name_in_the_country_of_the_zone(firefox):
    check_countries(firefox["sampled"])


@pytest.mark.long
def test_chromium_has_the_service_s_hours(chromium_says):
    check_hours(chromium_says)


@pytest.mark.long
def test_firefox_has_the_service_s_hours(firefox):
    check_hours(firefox["sampled"])


def test_firefox_that_resists_fingerprinting_says_reykjavik_and_english(firefox):
    """So does Tor Browser. Such a visit is not counted as one from Iceland, whose language is another."""
    assert firefox["resisting"] == ["Atlantic/Reykjavik", "en-US"]
