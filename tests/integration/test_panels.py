"""The panels of a site's page: cards and tabs, search, files, everything else, shares, the map."""

import re
from html import unescape

import pytest

CODES = ("DE", "NL", "GB", "US", "FR", "ES", "IT", "PL", "RO", "UA", "SE", "NO", "BR")
DECLARED = ("page", "entry", "missing", "referrer", "campaign", "country", "platform", "browser", "event", "lcp", "cls")


@pytest.fixture
def site(world, clock):
    """A site that was made on 20 August 2026; the clock stands at 22 November."""
    clock.move(days=-94)
    key = world.add_site("Harbour", dimensions=DECLARED, events=("letter", "call"))
    clock.move(days=94)
    return key


def panel(page, name):
    return re.split(rf'<div class="tabbed[ a-z]*" id="{name}">', page)[1].partition('<div class="tabbed')[0]


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


def test_a_panel_whose_visits_fall_into_one_value_each_adds_up_to_the_total_with_everything_else(press, owner, site):
    referrers = {"a.example": [0, 50, 40], "(none)": [0, 30, 20], **{f"r{n}.example": [0, 4, 4] for n in range(5)}}
    press.close(site, "2026-10", {"site": [200, 100, 80], "referrer": referrers})

    page = owner.get(f"/sites/{site}?period=2026-10").text

    rest = re.search(r"\(other\), everything else, together: (\d+) visits", page)
    visits = [int(cells[1]) for cells in rows(page, "referrer").values()]
    assert int(rest[1]) == 20
    assert sum(visits) + int(rest[1]) == 100


def test_a_panel_comes_as_a_file_with_what_the_page_shows(press, owner, site):
    pages = {"/": [79, 45, 38], "=cmd": [30, 20, 20]}
    press.close(site, "2026-10", {"site": [109, 65, 50], "page": pages})
    page = owner.get(f"/sites/{site}?period=2026-10-08").text

    answer = owner.get(re.search(r'<a class="file" href="([^"]*page\.csv[^"]*)"', page)[1])

    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{site}-2026-10-page.csv"'
    lines = answer.text.splitlines()
    assert lines[0] == "dimension,period,basis,value,views,visits,visitors,marks"
    assert "page,2026-10,own,'=cmd,30,20,20," in lines


def test_a_file_of_an_open_month_is_rounded_down(press, owner, site):
    press.release(site, "2026-11", {"site": [79, 45, 38], "platform": {"phone": [0, 45, 38]}})

    assert owner.get(f"/sites/{site}/panel/platform.csv").text.endswith(
        "platform,2026-11,own,phone,40,30,visits>= visitors>=\n"
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nothing.csv", 404),
        ("site.csv", 404),
        ("device.csv", 404),
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
    assert re.findall(r'<span class="value[^"]*">(.*?)</span>', page) == ["Good", "Fair", "Poor"]


@pytest.mark.parametrize(
    ("vital", "words"), [("lcp", "later routes are not loads"), ("cls", "Firefox and Safari do not measure it")]
)
def test_a_vital_says_whose_visits_and_which_pages_it_is_of(press, owner, site, vital, words):
    press.close(site, "2026-10", {"site": [400, 200, 100], vital: {"good": [0, 150, 60]}})

    assert words in panel(owner.get(f"/sites/{site}?period=2026-10").text, vital)


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
        press.close(key, day, {"site": [30] * 3, "referrer": {"a.example": [0, 30, 30]}, "page": {"/": [60, 30, 30]}})
    first, again = (rows(owner.get(f"/sites/{key}").text, "referrer") for _ in range(2))
    press.close(key, "2026-11-05", {"site": [30] * 3, "referrer": {"a.example": [0, 30, 30]}})

    assert first == again == {"a.example": ["60", "60"]}
    assert rows(owner.get(f"/sites/{key}").text, "referrer") == {"a.example": ["90", "90"]}


CAMPAIGNS = {
    "newsletter / email / november": [0, 40, 40],
    "newsletter / social / november": [0, 30, 30],
    "poster / \N{EN DASH} / \N{EN DASH}": [0, 20, 20],
    "(none)": [0, 310, 310],
}


def tabs(page, card):
    """The tabs of a card by the panel that each brings to the front, and which is there."""
    part = page.partition(f'id="{card}" aria-labelledby')[2].partition("</section>")[0]
    links = re.findall(r'<a id="tab-([a-z-]+)" href="([^"]*)"[^>]*?( aria-current="true")?>', part)
    in_front = re.findall(r'<div class="tabbed" id="([a-z-]+)">', part)
    assert [name for name, _, is_chosen in links if is_chosen] == in_front[: len(links)]
    return {name: unescape(address) for name, address, _ in links}, in_front


def test_what_belongs_together_is_one_card_whose_tabs_are_links_without_a_script(press, owner, site):
    press.close(
        site, "2026-10", {"site": [900, 400, 400], "referrer": {"a.example": [0, 400, 400]}, "campaign": CAMPAIGNS}
    )

    links, in_front = tabs(owner.get(f"/sites/{site}?period=2026-10").text, "sources")

    assert list(links) == ["referrer", "campaign", "by-source", "by-medium"]
    assert in_front == ["referrer"]
    assert links["by-medium"] == f"/sites/{site}?period=2026-10&tab=by-medium#sources"
    assert tabs(owner.get(links["by-medium"]).text, "sources") == (links, ["by-medium"])
    assert tabs(owner.get(f"/sites/{site}?period=2026-10&more=campaign").text, "sources")[1] == ["campaign"]
    assert tabs(owner.get(f"/sites/{site}?period=2026-10&tab=nothing").text, "sources")[1] == ["referrer"]


def test_campaigns_by_source_and_by_medium_are_made_of_their_rows(press, owner, site):
    press.close(site, "2026-10", {"site": [900, 400, 400], "campaign": CAMPAIGNS})

    page = owner.get(f"/sites/{site}?period=2026-10").text

    assert rows(page, "by-source") == {"(none)": ["310"] * 2, "newsletter": ["70"] * 2, "poster": ["20"] * 2}
    assert rows(page, "by-medium") == {"(none)": ["330"] * 2, "email": ["40"] * 2, "social": ["30"] * 2}
    assert "Made of the rows of Campaigns: 400 of 400 visits have a row." in panel(page, "by-medium")
    assert "no campaign, or a link that named no medium" in panel(page, "by-medium")


def test_where_anything_is_hidden_such_a_sum_is_at_least(press, owner, site):
    press.close(
        site,
        "2026-10",
        {"site": [900, 412, 412], "campaign": {**CAMPAIGNS, "a / b / c": [0, 5, 5], "d / e / f": [0, 7, 7]}},
    )

    page = owner.get(f"/sites/{site}?period=2026-10").text

    assert rows(page, "campaign")["poster / \N{EN DASH} / \N{EN DASH}"] == ["20", "20"]
    assert rows(page, "by-source")["poster"] == ['20<span class="few"> or more</span>'] * 2


def test_platforms_are_told_by_device_and_by_system(press, owner, site):
    platforms = {
        "iOS, phone": [0, 40, 40],
        "Android, phone": [0, 30, 30],
        "iOS, tablet": [0, 20, 20],
        "phone": [0, 10, 10],
    }
    press.close(site, "2026-10", {"site": [900, 100, 100], "platform": platforms})

    page = owner.get(f"/sites/{site}?period=2026-10").text

    assert rows(page, "by-device") == {"Phone": ["80", "80"], "Tablet": ["20", "20"]}
    assert rows(page, "by-system") == {"iOS": ["60", "60"], "Android": ["30", "30"], "(none)": ["10", "10"]}
    assert list(rows(page, "platform")) == ["iOS, phone", "Android, phone", "iOS, tablet", "Phone"]


def test_pages_that_were_not_found_stand_among_the_pages_and_in_a_tab_of_their_own(press, owner, site):
    press.close(site, "2026-10", {"site": [100, 60, 60], "page": {"/": [70, 50, 50], "404 /old": [30, 20, 20]}})

    page = owner.get(f"/sites/{site}?period=2026-10").text

    assert list(rows(page, "page")) == ["/", "404 /old"]
    assert rows(page, "missing") == {"/old": ["20", "20", "30"]}


def test_a_panel_without_a_named_value_is_one_line(press, owner, site):
    browsers = {"(none)": [0, 40, 40], "Odd": [0, 5, 5], "Odder": [0, 7, 7]}
    press.close(site, "2026-10", {"site": [100, 52, 52], "browser": browsers, "platform": {"iOS": [0, 52, 52]}})

    page = owner.get(f"/sites/{site}?period=2026-10").text

    assert 'id="browser"' not in page
    assert "<b>Browsers</b>: (none): 40 visits. (other), everything else, together: 12 visits." in page
    assert "<b>Campaigns</b>: No value can be shown by itself." in page
    assert "by-source" not in page


def test_pages_and_events_say_how_many_views_their_rows_hold_and_hide_the_visits_of_everything_else(press, owner, site):
    small = {f"/{number}": [5, 5, 5] for number in range(4)}
    cells = {"page": {"/": [70, 50, 50], **small}, "event": {"letter": [40, 30, 30], "call": [12, 9, 9]}}
    press.close(site, "2026-10", {"site": [90, 60, 60], **cells})

    page = owner.get(f"/sites/{site}?period=2026-10").text

    assert "70 of 90 views have a row. (other), everything else, together: 20 views." in page
    assert "40 of 52 views have a row. (other), everything else, together: 12 views." in page
