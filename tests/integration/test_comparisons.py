"""A site's page compares a period with another."""

import re

import pytest

SEPTEMBER = {"site": [200, 100, 50, 40], "engagement": [0, 50, 50, 0, 1_000]}
OCTOBER = {"site": [300, 110, 50, 66], "engagement": [0, 50, 50, 0, 2_200]}


@pytest.fixture
def site(world, clock):
    """A site that was made on 20 August 2025; the clock stands at 22 November 2026."""
    clock.move(days=-459)
    key = world.add_site("Harbour")
    clock.move(days=459)
    return key


CHANGE = r'<span class="change"><span aria-hidden="true">(.*?)</span><span class="unseen">(.*?)</span>'


def changes(page):
    return re.findall(CHANGE, page)


def test_each_figure_tells_its_change_against_the_month_before_and_says_it_to_a_screen_reader(press, owner, site):
    press.close(site, "2026-09", SEPTEMBER)
    press.close(site, "2026-10", OCTOBER)

    page = owner.get(f"/sites/{site}?period=2026-10").text

    assert changes(page) == [
        ("±0 %", "as in September 2026"),
        ("+10 %", "10 percent more than in September 2026"),
        ("+50 %", "50 percent more than in September 2026"),
        ("+36 %", "36 percent more than in September 2026"),
        ("\N{MINUS SIGN}20 points", "20 percentage points less than in September 2026"),
        ("+100 %", "100 percent more than in September 2026"),
    ]
    assert "Changes are against September 2026." in page


def test_a_period_is_compared_with_the_year_before_or_with_nothing_on_request(press, owner, site):
    press.close(site, "2025-10", SEPTEMBER)
    press.close(site, "2026-10", OCTOBER)

    year = owner.get(f"/sites/{site}?period=2026-10&compare=year").text
    assert len(changes(year)) == 6
    assert "Changes are against October 2025." in year
    assert f'href="/sites/{site}?period=2026-09&amp;compare=year"' in year
    nothing = owner.get(f"/sites/{site}?period=2026-10&compare=none").text
    assert changes(nothing) == []
    assert "Changes" not in nothing.partition("<section")[0]


def test_of_an_open_period_no_change_is_told(press, owner, site):
    press.close(site, "2026-10", OCTOBER)
    press.release(site, "2026-11", OCTOBER)

    page = owner.get(f"/sites/{site}").text

    assert changes(page) == []
    assert "Changes against October 2026 are told once November 2026 is closed." in page


@pytest.mark.parametrize(
    ("before", "line"),
    [
        ({"site": [9, 9, 9]}, "No comparison: September 2026 had too few visitors to be shown."),
        (None, "No comparison: not all of September 2026 is closed and kept."),
    ],
)
def test_against_a_hidden_or_open_period_no_change_is_told(press, owner, site, before, line):
    press.close(site, "2026-10", OCTOBER)
    if before:
        press.close(site, "2026-09", before)

    page = owner.get(f"/sites/{site}?period=2026-10").text

    assert changes(page) == []
    assert line in page


def test_before_the_site_was_made_there_is_nothing_to_compare_with(press, owner, site):
    press.close(site, "2025-08", OCTOBER)

    page = owner.get(f"/sites/{site}?period=2025-08").text

    assert changes(page) == []
    assert "No comparison: July 2025 began before the site was made." in page


def test_a_figure_that_either_period_hides_has_no_change(press, owner, site):
    press.close(site, "2026-09", {"site": [200, 100, 50, 4]})
    press.close(site, "2026-10", OCTOBER)

    page = owner.get(f"/sites/{site}?period=2026-10").text
    assert [text for text, _ in changes(page)] == ["±0 %", "+10 %", "+50 %", "+36 %"]


def test_chart_and_table_show_the_days_that_are_compared_with(press, owner, site):
    press.close(site, "2026-10", OCTOBER)
    press.close(site, "2026-09-02", {"site": [30, 21, 17]})
    press.close(site, "2026-10-02", {"site": [30, 21, 12]})

    page = owner.get(f"/sites/{site}?period=2026-10").text

    row = page.partition('<tr data-label="2" data-now="12" data-before="17">')[2].partition("</tr>")[0]
    assert "<td>Wednesday, 2 September 2026</td><td>17</td>" in row
    assert "<title>Wednesday, 2 September 2026: 17 visitors</title>" in page


def test_another_kind_of_comparison_is_refused(owner, site):
    answer = owner.get(f"/sites/{site}?compare=everything")

    assert answer.status_code == 400
    assert "A period is compared with one of previous, year, none." in answer.text
