"""The panels of a site's page: search, files, what was folded, shares, the map."""

import re

import pytest

CODES = ("DE", "NL", "GB", "US", "FR", "ES", "IT", "PL", "RO", "UA", "SE", "NO", "BR")
DECLARED = ("page", "referrer", "country", "device", "event", "lcp")


@pytest.fixture
def site(world, clock):
    """A site that was made on 20 August 2026; the clock stands at 22 November."""
    clock.move(days=-94)
    key = world.add_site("Harbour", dimensions=DECLARED, events=("letter", "call"))
    clock.move(days=94)
    return key


def panel(page, name):
    return page.partition(f'id="{name}" aria-labelledby')[2].partition("</section>")[0]


def rows(page, name):
    """By label, the counts in a row."""
    found = re.findall(r'<span class="value[^"]*">(.*?)</span></th>(.*?)</tr>', panel(page, name))
    return {label: re.findall(r"<td>(.*?)</td>", cells) for label, cells in found}


def test_a_panel_is_searched_by_value_and_by_name_without_a_script(press, owner, site):
    countries = {code: [0, 30, 30] for code in CODES}
    press.close(site, "2026-10", {"site": [400] * 3, "country": countries})

    whole = owner.get(f"/sites/{site}?period=2026-10").text
    assert '<input type="hidden" name="more" value="country">' in whole
    found = owner.get(f"/sites/{site}?period=2026-10&more=country&find=LAND").text

    assert list(rows(found, "country")) == ["Netherlands", "Poland"]
    assert "2 of 13 match “LAND”." in found
    assert list(rows(owner.get(f"/sites/{site}?period=2026-10&more=country&find=fr").text, "country")) == ["France"]


def test_what_is_looked_for_cannot_become_markup(press, owner, site):
    press.close(site, "2026-10", {"site": [400] * 3, "country": {"NL": [0, 30, 30]}})

    assert "<b>x" not in owner.get(f"/sites/{site}?period=2026-10&more=country&find=%3Cb%3Ex").text


def test_a_panel_whose_visits_fall_into_one_value_each_adds_up_to_the_total_with_what_was_folded(press, owner, site):
    referrers = {"a.example": [0, 50, 40], "(none)": [0, 30, 20], **{f"r{n}.example": [0, 4, 4] for n in range(5)}}
    press.close(site, "2026-10", {"site": [200, 100, 80], "referrer": referrers})

    page = owner.get(f"/sites/{site}?period=2026-10").text

    folded = re.search(r"\(other\), referrers with fewer than 10 visitors each: (\d+) visits", page)
    visits = [int(cells[1]) for cells in rows(page, "referrer").values()]
    assert int(folded[1]) >= 20
    assert sum(visits) + int(folded[1]) == 100


def test_a_panel_comes_as_a_file_with_what_the_page_shows(press, owner, site):
    pages = {"/": [79, 45, 38, 45], "=cmd": [30, 20, 20, 0]}
    press.close(site, "2026-10", {"site": [109, 65, 50], "page": pages})
    page = owner.get(f"/sites/{site}?period=2026-10-08").text

    answer = owner.get(re.search(r'<a class="file" href="([^"]*page\.csv[^"]*)"', page)[1])

    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{site}-2026-10-page.csv"'
    lines = answer.text.splitlines()
    assert lines[0] == "dimension,period,basis,value,views,visits,visitors,entries"
    assert "page,2026-10,own,'=cmd,30,20,20,<10" in lines


def test_a_file_of_an_open_month_is_rounded_down(press, owner, site):
    press.release(site, "2026-11", {"site": [79, 45, 38], "device": {"phone": [0, 45, 38]}})

    assert owner.get(f"/sites/{site}/panel/device.csv").text.endswith("device,2026-11,own,phone,>=40,>=30\n")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nothing.csv", 404),
        ("site.csv", 404),
        ("language.csv", 404),
        ("page.csv?period=2026-13", 400),
        ("page.csv?from=2026-11-03&to=2026-11-01", 400),
        ("page.csv?from=2026-11-01&to=2026-11-03", 404),
    ],
)
def test_a_file_that_there_is_not_gets_a_page_that_says_so(owner, site, path, status):
    answer = owner.get(f"/sites/{site}/panel/{path}")

    assert answer.status_code == status
    assert answer.mimetype == "text/html"


def test_how_pages_felt_is_a_bar_of_shares_from_good_to_poor(press, owner, site):
    ratings = {"poor": [0, 20, 20], "good": [0, 150, 60], "fair": [0, 30, 30]}
    press.close(site, "2026-10", {"site": [400, 200, 100], "lcp": ratings})

    page = panel(owner.get(f"/sites/{site}?period=2026-10").text, "lcp")

    assert re.findall(r"<title>(.*?)</title>", page) == ["Good: 75 %", "Fair: 15 %", "Poor: 10 %"]
    assert list(rows(f'id="lcp" aria-labelledby{page}</section>', "lcp")) == ["Good", "Fair", "Poor"]


def test_the_map_is_shaded_by_what_is_shown(press, owner, site):
    countries = {"NL": [0, 300, 300], "DE": [0, 100, 100], "FR": [0, 9, 9], "ES": [0, 9, 9], "(none)": [0, 30, 30]}
    press.close(site, "2026-10", {"site": [448] * 3, "country": countries})

    page = owner.get(f"/sites/{site}?period=2026-10").text

    shades = re.findall(r'<use class="(shade\d)" href="[^"]*#(\w\w)"/>', page)
    assert ("shade5", "NL") in shades
    assert {code for _, code in shades} <= {"NL", "DE"}


def test_a_worker_that_remembers_a_sum_shows_the_same_and_takes_up_what_was_closed_since(world, press, owner, clock):
    clock.move(days=-20)
    key = world.add_site("Lantern", detail="day")
    clock.move(days=20)
    for day in ("2026-11-03", "2026-11-04"):
        press.close(key, day, {"site": [30] * 3, "device": {"phone": [0, 30, 30]}, "page": {"/": [60, 30, 30, 30]}})
    first, again = (rows(owner.get(f"/sites/{key}").text, "device") for _ in range(2))
    press.close(key, "2026-11-05", {"site": [30] * 3, "device": {"phone": [0, 30, 30]}})

    assert first == again == {"Phone": ["60", "60"]}
    assert rows(owner.get(f"/sites/{key}").text, "device") == {"Phone": ["90", "90"]}
