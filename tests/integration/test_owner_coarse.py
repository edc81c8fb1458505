"""What an owner sees of days and weeks that are kept no longer: that they were there, and where their numbers are."""

import re

import pytest


@pytest.fixture
def site(world, press, clock):
    """A site of 20 August 2026 that keeps days for two months; the clock stands at 22 November."""
    clock.move(days=-94)
    key = world.add_site("Harbour", retention=2)
    clock.move(days=94)
    press.close(key, "2026-09-20", {"site": [79, 45, 38]})
    press.close(key, "2026-09", {"site": [179, 145, 138], "page": {"/": [179, 145, 138]}})
    press.close(key, "2026-10-20", {"site": [59, 45, 38]})
    world.keeper.close()
    world.keeper.coarsen()
    return key


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2]))


@pytest.mark.parametrize("period", ["2026-09-20", "2026-W40"])
def test_a_day_or_week_that_is_gone_says_so_and_leads_to_its_months(owner, site, period):
    answer = owner.get(f"/sites/{site}?period={period}")
    assert answer.status_code == 410
    assert "Kept by month only" in text_of(answer)
    assert "those before 1 October 2026 are deleted" in text_of(answer)
    assert f'href="/sites/{site}?period=2026-09"' in answer.text


def test_its_month_has_its_numbers_and_says_why_there_is_no_chart(owner, site):
    page = text_of(owner.get(f"/sites/{site}?period=2026-09"))
    assert "Visitors 138 Visits 145 Views 179" in page
    assert "days and weeks before 1 October 2026 are kept by month only" in page
    assert "Visitors by day" not in page


def test_a_month_whose_days_are_kept_has_its_chart(owner, site):
    page = text_of(owner.get(f"/sites/{site}?period=2026-10-20"))
    assert "Visitors 38" in page
    assert "kept by month only" not in page


def test_the_first_day_that_is_kept_leads_to_none_before_it(owner, site):
    assert "period=2026-09-30" not in owner.get(f"/sites/{site}?period=2026-10-01").text
    assert "period=2026-W40" not in owner.get(f"/sites/{site}?period=2026-W41").text


def test_a_month_whose_days_are_gone_can_be_downloaded(owner, site):
    assert "138" in owner.get(f"/sites/{site}/export/2026-09.csv").text


def test_the_settings_say_which_are_gone(owner, site):
    assert "Days and weeks before 1 October 2026 are gone already." in text_of(owner.get(f"/sites/{site}/settings"))
