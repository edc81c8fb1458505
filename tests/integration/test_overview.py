"""The overview of all sites."""

import re

import pytest

from consent_service.storage.database.engine import writing
from consent_service.storage.people import accounts
from tests.owner import PASSWORD, Browser


@pytest.fixture
def site(world, clock):
    """A site that was made on 20 August 2026; the clock stands at 22 November."""
    clock.move(days=-94)
    key = world.add_site("Harbour")
    clock.move(days=94)
    return key


def test_a_site_has_a_bar_for_each_month_the_last_one_with_its_change(press, owner, site):
    for month, visitors in (("2026-08", 9), ("2026-09", 100), ("2026-10", 150)):
        press.close(site, month, {"site": [visitors] * 3})
    press.release(site, "2026-11", {"site": [79] * 3})

    page = owner.get("/").text

    assert re.findall(r'<rect class="bar([^"]*)".*?<title>(.*?)</title>', page) == [
        ("", "September 2026: 100 visitors"),
        ("", "October 2026: 150 visitors"),
        (" open", "November 2026: 70 or more visitors"),
    ]
    assert 'October 2026: 150, <span class="change">+50 %</span>' in page


@pytest.mark.parametrize(("september", "october"), [(9, 150), (100, 9)])
def test_no_change_is_told_from_or_to_a_hidden_month(press, owner, site, september, october):
    press.close(site, "2026-09", {"site": [september] * 3})
    press.close(site, "2026-10", {"site": [october] * 3})

    assert 'class="change"' not in owner.get("/").text


def test_a_month_that_is_over_but_open_is_rounded_and_has_no_change(press, owner, site):
    press.close(site, "2026-09", {"site": [100] * 3})
    press.release(site, "2026-10", {"site": [159] * 3})

    page = owner.get("/").text

    assert "October 2026: 150 or more</p>" in page
    assert 'class="change"' not in page


def names(page):
    return re.findall(r'<a class="name"[^>]*>(.*?)</a>', page)


def test_sites_are_in_the_order_of_their_names_and_found_by_name_host_and_key(world, owner):
    keys = [world.add_site(f"Site {number:02}", (f"host-{number}.example",)) for number in range(10, -1, -1)]

    page = owner.get("/").text
    assert names(page) == [f"Site {number:02}" for number in range(11)]
    assert 'name="find"' in page
    assert names(owner.get("/?find=site+07").text) == ["Site 07"]
    assert names(owner.get("/?find=HOST-3").text) == ["Site 03"]
    assert names(owner.get(f"/?find={keys[0]}").text) == ["Site 10"]
    assert "No site has this in its name" in owner.get("/?find=nothing").text


def test_ten_sites_need_no_search(world, owner):
    for number in range(10):
        world.add_site(f"Site {number}")

    assert 'name="find"' not in owner.get("/").text


def test_a_site_that_one_may_not_see_is_not_found_either(world, site):
    world.add_site("Hidden", ("hidden.example",))
    with writing(world.engine) as connection:
        accounts.add(connection, "viewer@example.org", accounts.hashed(PASSWORD), {site: "viewer"})
    viewer = Browser(world)
    viewer.sign_in("viewer@example.org")

    assert names(viewer.get("/").text) == ["Harbour"]
    assert names(viewer.get("/?find=hidden").text) == []
