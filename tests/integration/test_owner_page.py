"""A site's page."""

import re

import pytest
from sqlalchemy import event

OWN = {
    "site": [79, 45, 38, 20],
    "page": {"/": [79, 45, 38]},
    "entry": {"/": [0, 45, 38]},
    "platform": {"iOS, phone": [0, 45, 38]},
}


@pytest.fixture
def site(world, clock):
    """A site that was made on 20 August 2026; the clock stands at 22 November."""
    clock.move(days=-94)
    key = world.add_site("Harbour", timezone="Europe/Berlin")
    clock.move(days=94)
    return key


def text_of(answer):
    """What a reader of the page gets."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text.partition("<body>")[2]))


def cells_of(answer, panel):
    """The body rows of a panel's table, cell by cell."""
    part = re.split(rf'<div class="tabbed[ a-z]*" id="{panel}">', answer.text)[1]
    body = part.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in body.split("</tr>") if "<th" in row]
    return [[re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", cell)).strip() for cell in row] for row in rows]


def links(answer):
    return re.findall(r'<a[^>]*href="([^"]+)"', answer.text)


def test_a_closed_month_shows_exact_numbers_and_rates_made_of_them(press, owner, site):
    press.close(site, "2026-10", {**OWN, "engagement": [40, 40, 30, 0, 900]})
    answer = owner.get(f"/sites/{site}?period=2026-10")
    page = text_of(answer)
    assert "Visitors 38 Visits 45 Views 79 Views per visit 1.8 Bounce rate 56 % Time per visit 20 s" in page
    assert cells_of(answer, "page") == [["/", "38", "45", "79"]]
    assert cells_of(answer, "entry") == [["/", "38", "45"]]
    assert cells_of(answer, "platform") == [["iOS, phone", "38", "45"]]
    assert cells_of(answer, "by-device") == [["Phone", "38", "45"]]
    assert "79 of 79 views have a row." in page
    assert "45 of 45 visits have a row." in page
    assert "Open until" not in page


def test_the_present_month_in_the_sites_zone_is_shown_at_first(owner, site, clock):
    clock.move(days=8, hours=11, minutes=30)  # 1 December, 00:30 in Berlin
    assert "<h2>December 2026</h2>" in owner.get(f"/sites/{site}").text


def test_an_open_month_says_until_when_and_rounds_down(press, owner, site):
    press.release(site, "2026-11", {name: cells for name, cells in OWN.items() if name != "entry"})
    answer = owner.get(f"/sites/{site}")
    page = text_of(answer)
    assert "Open until 1 December 2026, 00:00 Europe/Berlin." in page
    assert "rounded down to a multiple of 10" in page
    assert "Visitors 30 or more Visits 40 or more Views 70 or more" in page
    assert cells_of(answer, "page") == [["/", "30 or more", "40 or more", "70 or more"]]
    assert "38" not in cells_of(answer, "platform")[0]
    assert "70 or more of 70 or more views have a row." in page
    assert "Entry pages : Shown once it is closed." in page


def test_a_month_that_is_over_but_not_closed_says_so(owner, site):
    assert "Open until it is closed, within minutes: it ended on 1 November" in text_of(
        owner.get(f"/sites/{site}?period=2026-10")
    )


def test_without_numbers_an_open_period_shows_what_comes_next_and_the_line_to_paste(owner, site):
    answer = owner.get(f"/sites/{site}")
    assert "Numbers appear once 10 visitors are in" in text_of(answer)
    assert f"/s/{site}/consent.js" in answer.text
    assert "Countries" not in text_of(answer)


def test_a_site_with_numbers_of_before_is_not_told_what_to_paste(press, world, owner, site):
    world.visits(site, 1)
    world.release()
    press.close(site, "2026-10", {"site": [12, 12, 12]})
    page = owner.get(f"/sites/{site}").text

    assert "Those of earlier periods stay where they are" in page
    assert f"/s/{site}/consent.js" not in page


def test_a_closed_period_below_k_says_that_there_is_nothing(press, owner, site):
    press.close(site, "2026-10", {"site": [9, 9, 9]})
    assert "There were fewer than 10 visitors in this period" in text_of(owner.get(f"/sites/{site}?period=2026-10"))


def test_a_breakdown_that_is_not_published_says_why(press, owner, site):
    press.close(site, "2026-10", {"site": [12, 12, 12], "country": {"FR": [6, 6, 6], "NL": [3, 3, 3]}})
    page = text_of(owner.get(f"/sites/{site}?period=2026-10"))
    assert "Countries : No value can be shown by itself." in page
    assert "fewer than 10 visitors each" not in page


def test_everything_else_is_told_below_the_table_and_what_told_nothing_is_explained(press, owner, site):
    country = {"NL": [30] * 3, "FR": [6] * 3, "DE": [7] * 3, "(none)": [20] * 3}
    press.close(site, "2026-10", {"site": [63] * 3, "country": country})
    answer = owner.get(f"/sites/{site}?period=2026-10")
    assert [row[0] for row in cells_of(answer, "country")] == ["Netherlands", "(none)"]
    assert "50 of 63 visits have a row. (other), everything else, together: 13 visits." in text_of(answer)
    assert "(none): not told by the browser, or Iceland without Icelandic" in text_of(answer)


def test_a_day_shows_its_months_breakdown_and_says_so(press, owner, site):
    press.close(site, "2026-10-08", {"site": [30, 21, 17]})
    press.close(site, "2026-10", OWN)
    answer = owner.get(f"/sites/{site}?period=2026-10-08")
    assert "Visitors 17" in text_of(answer)
    assert text_of(answer).count("Counted by month: all of October 2026.") == 1
    assert cells_of(answer, "platform") == [["iOS, phone", "38", "45"]]


def test_a_year_says_that_monthly_visitors_are_added_up(press, owner, site):
    press.close(site, "2026-10", OWN)
    press.close(site, "2026-09", OWN)
    page = text_of(owner.get(f"/sites/{site}?period=2026"))
    assert "monthly visitors added up" in page
    assert "Visitors, added up Visits Views / 76 90 158" in page


def test_with_detail_day_a_month_without_closed_days_has_a_line_for_each_panel(world, press, owner):
    key = world.add_site(detail="day")
    press.release(key, "2026-11", {"site": [30] * 3})
    page = text_of(owner.get(f"/sites/{key}"))
    assert "Pages : Nothing to show." in page
    assert "Countries : Nothing to show yet." in page


def test_of_long_tables_eight_rows_are_shown_and_all_on_request(press, owner, site):
    pages = {f"/{number:02}": [30 + number] * 3 for number in range(15)}
    press.close(site, "2026-10", {"site": [700, 60, 50], "page": pages})
    path = f"/sites/{site}?period=2026-10"
    few = owner.get(path)
    assert [row[0] for row in cells_of(few, "page")] == [f"/{number:02}" for number in range(14, 6, -1)]
    assert "Show all 15" in text_of(few)
    assert len(cells_of(owner.get(path + "&more=page"), "page")) == 15


def test_rows_of_an_open_period_do_not_tell_by_their_order_which_is_larger(press, owner, site):
    press.release(site, "2026-11", {"site": [90] * 3, "referrer": {"a.example": [21] * 3, "b.example": [29] * 3}})
    assert [row[0] for row in cells_of(owner.get(f"/sites/{site}"), "referrer")] == ["a.example", "b.example"]


def test_the_chart_draws_open_bars_marked_and_nothing_for_hidden_days_with_a_table_behind(press, owner, site):
    press.close(site, "2026-11-02", {"site": [30, 21, 17]})
    press.close(site, "2026-11-03", {"site": [9, 9, 9]})
    press.release(site, "2026-11-22", {"site": [30, 29, 28]})
    answer = owner.get(f"/sites/{site}")
    bars = re.findall(r'<rect class="bar([^"]*)".*?<title>(.*?)</title>', answer.text)
    assert bars == [
        ("", "Monday, 2 November 2026: 17 visitors"),
        (" open", "Sunday, 22 November 2026: 20 or more visitors"),
    ]
    assert "Tuesday, 3 November 2026 fewer than 10 visitors" in text_of(answer)
    assert "Wednesday, 4 November 2026 not shown yet" in text_of(answer)  # it is not closed, and may have had many


def test_a_day_draws_the_hours_of_its_month(press, owner, site):
    press.close(site, "2026-10", {"site": [60] * 3, "hour": {"9": [40] * 3, "22": [20] * 3}})
    answer = owner.get(f"/sites/{site}?period=2026-10-08")
    assert re.findall(r"<title>(\d.*?)</title>", answer.text) == ["09:00: 40 visits", "22:00: 20 visits"]


def test_periods_lead_to_each_other_but_not_ahead_or_before_the_site(owner, site):
    here = f"/sites/{site}?period="
    october = links(owner.get(here + "2026-10"))
    for period in ("2026-09", "2026-11", "2026-10-31", "2026-W44", "2026"):
        assert here + period in october
    assert here + "2026-12" not in links(owner.get(here + "2026-11"))
    assert here + "2026-07" not in links(owner.get(here + "2026-08"))


@pytest.mark.parametrize("period", ["yesterday", "2026-13", "2027", "2025", "9999-12-31", "%00", "2026-10%27"])
def test_an_odd_period_gets_a_page_that_says_so(owner, site, period):
    answer = owner.get(f"/sites/{site}?period={period}")
    assert answer.status_code == 400
    assert "<h2>There is no such period</h2>" in answer.text


def test_an_unknown_site_gets_a_page_that_says_so(owner):
    answer = owner.get("/sites/nobody")
    assert answer.status_code == 404
    assert "There is no site with this key" in answer.text


def test_a_page_has_one_heading_landmarks_captions_and_nothing_inline_or_from_elsewhere(press, owner, site):
    press.close(site, "2026-10", OWN)
    page = owner.get(f"/sites/{site}?period=2026-10").text
    assert page.count("<h1") == page.count("<main") == 1
    assert page.count("<table") == page.count("<caption") > 2
    assert page.count("<th ") == page.count("<th scope=")
    assert not re.search(r"<script(?! src=)|<style|\sstyle=|\son[a-z]+=", page)
    assert all(address.startswith(("/", "#")) for address in re.findall(r'(?:href|src|action)="([^"]*)"', page))


@pytest.mark.parametrize("period", ["2026-10-08", "2026-W41", "2026-10", "2026"])
@pytest.mark.parametrize("rows", [1, 300])
def test_a_page_takes_the_same_few_queries_whatever_it_shows(world, press, owner, site, period, rows):
    pages = {f"/{number}": [30, 30, 30] for number in range(rows)}
    press.close(site, "2026-10", {"site": [30, 30, 30], "page": pages})
    asked = []
    event.listen(world.app.services.engine, "before_cursor_execute", lambda *parts: asked.append(parts[2]), named=False)
    owner.get(f"/sites/{site}?period={period}")
    assert len([statement for statement in asked if not statement.startswith("BEGIN")]) == 7


def test_the_list_takes_the_same_few_queries_however_many_sites_there_are(world, owner):
    for number in range(12):
        world.add_site(f"Site {number}")
    asked = []
    event.listen(world.app.services.engine, "before_cursor_execute", lambda *parts: asked.append(parts[2]))
    owner.get("/")
    assert len([statement for statement in asked if not statement.startswith("BEGIN")]) == 4
