"""Promise 6: no number on any page, export, answer, log or metric rests on a support below k.

Of a service whose every second cell is below k, everything that can be asked for is asked for, and searched for the
numbers and names of the small cells, which occur nowhere else.
"""

import html
import io
import re
import zipfile
from datetime import date
from urllib.parse import urljoin, urlsplit

import pytest

from consent_service.archive import bundle, reader
from consent_service.domain.calendar.periods import Period
from consent_service.domain.figures.monthly import FORMS
from consent_service.storage.database.engine import writing
from consent_service.storage.people import share_links
from consent_service.web.api.views import BREAKDOWNS as ASKED_FOR
from tests.integration.program import Program, token_of
from tests.owner import Browser, token_in

K = 10
SMALL = {"views": 77_017, "visits": 66_013, "engaged": 44_021, "seconds": 33_023}
"""Of nine visitors who come all the time: primes that no sum of the others makes."""
FEW = [SMALL["views"], SMALL["visits"], 9, SMALL["engaged"], SMALL["seconds"]]
MANY = [400, 300, 60, 120, 9_000]
FEW_REPORTERS = [9, 9, 9, 0, SMALL["seconds"]]
FEW_ENTRIES = [0, 7, 7]
"""Of a page that many see."""
FEW_ENGAGED = [400, 300, 60, 6, 9_000]
FEW_OTHERS = [60_013, 50_021, 60, 50_014, 9_000]
"""Hardly any visit was not engaged."""
OPEN = [90_007, 80_021, 10_009, 60_017, 30_029]
"""Of a period that is not over: rounded down, and without seconds, which would be 30,020."""

BREAKDOWNS = {
    "page": "/a{}",
    "entry": "/a{}",
    "referrer": "r{}.example",
    "country": "{}",
    "language": "{}",
    "browser": "B{}",
    "platform": "S{}, phone",
}
CODES = ("DE", "ZZ", "FR", "YY", "ES", "XX", "IT", "WW")


def cells(name, many=MANY):
    """Eight values, every second of them below k."""
    found = {BREAKDOWNS[name].format(code): FEW if number % 2 else many for number, code in enumerate(CODES)}
    seldom = {"page": {"/seldom-first": many}, "entry": {"/seldom-first": FEW_ENTRIES}}
    return {**found, **seldom.get(name, {})}


@pytest.fixture
def site(world, press):
    """A site of which every second cell is small, in open and closed periods; so are every second day's totals."""
    key = world.add_site(detail="month")
    world.clock.move(days=70)  # 31 January
    for month in ("2026-11", "2026-12"):
        total = MANY if month == "2026-11" else FEW_OTHERS
        press.close(
            key,
            month,
            {
                "site": total,
                "engagement": FEW_REPORTERS,
                **{name: cells(name) for name in BREAKDOWNS},
                "hour": {"3": FEW, "4": MANY},
            },
        )
    for number in range(22, 31):
        press.close(key, f"2026-11-{number}", {"site": FEW if number % 2 else FEW_ENGAGED})
    for week in ("2026-W47", "2026-W48"):
        press.close(key, week, {"site": FEW})
    press.close(key, "2026", {"site": MANY})
    # Stored by hand: the keeper never writes such cells, and the pages must not rely on it.
    press.release(
        key, "2027-01", {"site": OPEN, "engagement": OPEN, **{name: cells(name, OPEN) for name in BREAKDOWNS}}
    )
    press.release(key, "2027-01-30", {"site": FEW})
    press.release(key, "2027", {"site": FEW, "engagement": FEW_REPORTERS})
    return key


def links_in(text, base):
    """Where a page leads to, on the same host."""
    for href in re.findall(r'(?:href|src|action)="([^"]+)"', text):
        link = urljoin(base, html.unescape(href))
        if urlsplit(link).netloc == urlsplit(base).netloc:
            yield link.partition("#")[0]


def crawled(owner, start, most):
    """Everything that can be reached by links from there, by address; the nearest, if it is more."""
    found, waiting = {}, [owner.base_url + start]
    while waiting:
        link = waiting.pop(0)
        if link not in found and len(found) < most and "/assets/" not in link:
            answer = owner.get(link.removeprefix(owner.base_url))
            # The snippet's digits are those of its code and of the notice, as everybody may load them.
            found[link] = "" if answer.mimetype == "text/javascript" else text_of(answer)
            answer.close()
            if answer.mimetype == "text/html":
                waiting += links_in(answer.text, link)
    return found


def text_of(answer):
    """What an answer says; of an archive or a spreadsheet what is in its files."""
    if not answer.data.startswith(b"PK"):
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.data)) as files:
        # Digests aside: they are letters and digits that may look like any number.
        told = (name for name in files.namelist() if name != "manifest.json" and not name.endswith(".png"))
        return "\n".join(files.read(name).decode() for name in told)


def numbers_in(text):
    """All numbers, as tables write them and with marks that group digits; not what stands in digests and tokens."""
    found = re.findall(r"(?<![\w-])(?:\d+|\d{1,3}(?:,\d{3})+)(?![\w-])", text)
    grouped = re.findall(r"(?<![\w,-])\d{1,3}(?:,\d{3})+(?![\w,-])", text)
    return {int(number.replace(",", "")) for number in (*found, *grouped)}


def small_ones_in(text):
    names = [name for which in BREAKDOWNS for name, counts in cells(which).items() if counts is FEW and len(name) > 2]
    return {name for name in names if re.search(rf"{re.escape(name)}\b", text)} | numbers_in(text) & set(SMALL.values())


def test_nothing_that_can_be_asked_for_tells_of_a_small_cell(world, site, owner, caplog, is_long):
    owner_pages = crawled(owner, f"/sites/{site}", 1_000 if is_long else 300)
    of_snippet = (f"/s/{site}/consent.js", f"/s/{site}/notice.json", f"/s/{site}/privacy")
    public = (*of_snippet, "/healthz", "/readyz", "/metrics")
    answers = [world.client.get(path).text for path in public]
    assert "consent_hits" in answers[-1]
    for month in ("2026-11", "2026-12"):
        for form in FORMS:
            assert f"{owner.base_url}/sites/{site}/export/{month}.{form}" in owner_pages

    assert f"{owner.base_url}/sites/{site}/archive.zip" in owner_pages
    assert len(owner_pages) > 30
    assert any("/aDE" in text for text in owner_pages.values())
    assert {link: small for link, text in owner_pages.items() if (small := small_ones_in(text))} == {}
    assert {link: small for link, text in owner_pages.items() if (small := counts_below_k(link, text))} == {}
    assert [small for text in answers if (small := small_ones_in(text))] == []
    assert small_ones_in(caplog.text) == set()

    numbers = set().union(*map(numbers_in, owner_pages.values()))
    # Of an open period only multiples of k are told, and no seconds.
    assert numbers >= {80_020, 10_000}
    assert numbers.isdisjoint({*OPEN, OPEN[4] // K * K})
    # Visits that were not engaged are told no more than those that were.
    assert FEW_OTHERS[1] in numbers
    assert FEW_OTHERS[4] not in numbers


def counts_below_k(link, text):
    """The numbers from 1 to k - 1 of a table or an export."""
    if link.endswith((".xlsx", "openapi.json")):
        return []  # of the one the table is that of the other files, and in the other are no counts
    counts = re.sub(r"\b\d+,\d\d:00\b|(?m:^hour,[\w-]+,\w+,\d+)", "", text)  # without hours and their labels
    shown = re.findall(r"<td>\s*([\d,]+)\s*</td>" if "<html" in text else r"(?<=,)\d+", counts)
    return [number for number in shown if 0 < int(number.replace(",", "")) < K]


def test_nothing_that_a_program_can_ask_for_tells_of_a_small_cell(world, site, account):
    program = Program(world, token_of(world))
    periods = ("2026-11", "2026-12", "2027-01", "2026", "2027", "2026-W47", "2026-W48", "2026-11-23", "2026-11-24")
    asked = [f"{what}?period={period}" for period in periods for what in ("/totals", "/series", *breakdowns())]
    asked += [f"/exports/{month}.{form}" for month in ("2026-11", "2026-12") for form in FORMS]
    answers = {path: program.get(f"/sites/{site}{path}") for path in ("", *asked)}

    assert sum(answer.status_code == 200 for answer in answers.values()) > 100
    assert re.search("/a(DE|FR|ES|IT)", answers["/breakdowns/page?period=2026-11"].text)
    found = {path: small_ones_in(text_of(answer)) for path, answer in answers.items()}
    assert {path: small for path, small in found.items() if small} == {}


def breakdowns():
    return [f"/breakdowns/{name}" for name in ASKED_FOR]


def test_nothing_that_a_shared_link_shows_tells_of_a_small_cell_or_an_open_period(world, site):
    with writing(world.engine) as connection:
        secret = share_links.make(
            connection, site, "Board", ["https://example.org"], date(2027, 1, 31), date(2027, 3, 1)
        )
    periods = (
        "2026-11",
        "2026-12",
        "2026",
        "2026-W47",
        "2026-W48",
        *map(str, Period.parse("2026-11").days[21:]),
        "2027-01",
        "2027",
    )
    links = [f"/share/{secret}{frame}?period={period}" for frame in ("", "/frame") for period in periods]
    answers = {link: Browser(world).get(link) for link in links}

    assert sum(answer.status_code == 200 for answer in answers.values()) > 10
    assert re.search("/a(DE|FR|ES|IT)", answers[links[0]].text)
    assert {link: small_ones_in(answer.text) for link, answer in answers.items() if small_ones_in(answer.text)} == {}
    told = set().union(*(numbers_in(answer.text) for answer in answers.values()))
    assert told.isdisjoint({*OPEN, *(number // K * K for number in OPEN)})


def test_an_archive_holds_what_is_shown_and_what_is_made_of_it_shows_the_same(world, site, owner):
    answer = owner.get(f"/sites/{site}/archive.zip")
    text = text_of(answer)
    assert "referrer,(other)," in text
    assert re.search(r"page,(/a(?:DE|FR|ES|IT)),\1,400,300,60,,,\n", text.replace("\r", ""))
    assert "2026-11-24,site,,all,400,300,60,,,engaged_visits?" in text
    assert "page,/seldom-first," in text
    assert "entry,/seldom-first," not in text
    assert small_ones_in(text) == set()
    with zipfile.ZipFile(io.BytesIO(answer.data)) as files:
        for month in ("2026-11", "2026-12"):
            exported = owner.get(f"/sites/{site}/export/{month}.csv").text
            # An archive's tables are the same under any key.
            assert files.read(f"periods/{month}.csv").decode() == exported.replace(f"\n{site},", "\n,")
        copy = reader.restore(world.engine, bundle.Bundle(files), world.clock(), as_new=True)

    for period in ("2026-11", "2026-12", "2026", "2026-11-23", "2026-W47"):
        pages = [owner.get(f"/sites/{key}?period={period}").text.partition("<main")[2] for key in (copy, site)]
        assert pages[0].replace(copy, site) == pages[1]


RANGES = (
    "2026-11-22&to=2026-11-30",
    "2026-11-22&to=2027-01-30",
    "2026-11-25&to=2026-11-25",
    "2026-11-24&to=2026-11-26",
)


@pytest.mark.parametrize("comparison", ["previous", "year"])
@pytest.mark.parametrize("chosen", RANGES)
def test_nothing_that_is_chosen_or_compared_tells_of_a_small_cell(site, owner, chosen, comparison):
    page = owner.get(f"/sites/{site}?from={chosen}&compare={comparison}").text
    assert "Daily visitors added up" in page
    assert small_ones_in(page) == set()


def test_a_sum_of_days_is_that_of_those_which_reach_k(site, owner):
    """Every second day is hidden: one shown and one hidden day add up to the shown one."""
    page = owner.get(f"/sites/{site}?from=2026-11-24&to=2026-11-25").text

    assert FEW_ENGAGED[2] == 60
    assert re.search(r"<dt>Visitors, added up</dt>\s*<dd>60\b", page)


@pytest.mark.parametrize("name", BREAKDOWNS)
@pytest.mark.parametrize("period", ["2026-11", "2026-12", "2027-01", "2026", "2026-W47", "2026-11-23"])
def test_no_file_of_a_panel_and_no_search_tells_of_a_small_cell(site, owner, name, period):
    file = owner.get(f"/sites/{site}/panel/{name}.csv?period={period}").text
    found = owner.get(f"/sites/{site}?period={period}&more={name}&find={BREAKDOWNS[name].format('')[:1] or 'Z'}").text

    assert file.count("\n") > 4
    assert small_ones_in(file) | small_ones_in(found) == set()


def test_what_machines_handed_over_is_not_told_before_the_close(site, owner, press):
    before = shown(owner, site)
    press.release(site, "2027-01", {"+browser": {"(other)": OPEN}, "+page": {"(other)": OPEN, "/aDE": OPEN}})

    page = shown(owner, site)
    assert "/aDE" in page
    assert page == before


def shown(owner, site):
    """The page of an open month, without the token of its form, which changes with each second."""
    page = owner.get(f"/sites/{site}?period=2027-01").text
    return page.replace(token_in(page), "")


def test_one_visitor_of_ten_addresses_is_one_of_what_they_become(world):
    key = world.add_site()
    world.visits(key, 3 * K, ("/", "/about"))
    world.visits(key, 1, tuple(f"/members/{name}" for name in NAMES_OF_MEMBERS))
    world.clock.move(days=70)
    world.close()

    assert len(NAMES_OF_MEMBERS) > K
    assert set(world.stored(key, "2026-11")["page"]) <= {"/", "/about", "(other)"}


NAMES_OF_MEMBERS = ["anna", "berta", "cora", "dora", "emma", "frida", "greta", "hanna", "ida", "jana", "karla", "lena"]


@pytest.mark.parametrize("engaged", [K - 1, 3 * K + 1])
def test_engaged_visits_are_not_told_where_they_or_the_others_are_few(world, engaged):
    key = world.add_site()
    world.visits(key, engaged, ("/", "/about"))
    world.visits(key, 4 * K - engaged)
    world.clock.move(days=70)
    world.close()

    assert world.stored(key, "2026-11")["site"][""][3] == 0


def test_pages_are_not_told_of_a_few_visitors_however_many_they_see(world):
    key = world.add_site()
    world.visits(key, 3, ("/", "/a", "/b", "/c", "/d", "/e"))
    world.clock.move(days=70)
    world.close()

    assert world.stored(key, "2026-11") == {}
