"""Links under which others see a site's closed periods, alone or in a page of theirs."""

import re
from datetime import date

import pytest

from consent_service.storage.database.engine import reading, writing
from consent_service.storage.people import accounts, audit_trail, share_links
from tests.owner import PASSWORD, Browser
from tests.world import World


@pytest.fixture
def site(world, press, clock):
    """A site with two closed months and an open one."""
    clock.move(days=-94)
    key = world.add_site(timezone="Europe/Berlin")
    clock.move(days=94)
    pages = {"/": [50, 50, 50], "/few": [5, 5, 5], "/rare": [7, 7, 7], "/b": [30, 30, 30]}
    press.close(key, "2026-09", {"site": [41_009, 31_009, 21_009, 9_009]})
    press.close(key, "2026-10", {"site": [92, 61, 53, 20], "page": pages})
    press.close(key, "2026-10-05", {"site": [27, 25, 21]})
    press.release(key, "2026-11", {"site": [990, 880, 770]})
    press.release(key, "2026", {"site": [990, 880, 770]})
    return key


@pytest.fixture
def page(site):
    return f"/sites/{site}/sharing"


FIELDS = {"name": "Board", "ends_on": "2026-12-31", "origins": "https://www.example.org\nhttps://example.org:8443/x"}


def made_in(text):
    found = re.search(r"/share/[\w-]{43}", text)
    assert found, text
    return found[0]


@pytest.fixture
def link(owner, page):
    return made_in(owner.fill(page, **FIELDS).text)


def stored(world):
    with reading(world.engine) as connection:
        return connection.exec_driver_sql("SELECT * FROM share_links").mappings().all()


def test_who_has_the_link_sees_the_last_closed_month_and_the_way_to_others(stranger, link):
    answer = stranger.get(link)
    assert answer.status_code == 200
    assert "October 2026" in answer.text
    assert ">53<" in answer.text
    assert f'href="{link}?period=2026-09"' in answer.text
    assert "21,009" in stranger.get(f"{link}?period=2026-09").text


def test_a_year_is_offered_once_it_is_closed(stranger, owner, page, site, press, clock):
    link = made_in(owner.fill(page, **FIELDS | {"ends_on": "2027-06-30"}).text)
    assert f"{link}?period=2026-10" in stranger.get(link).text
    assert f'{link}?period=2026"' not in stranger.get(link).text
    clock.move(days=60)
    press.close(site, "2026", {"site": [9_990, 8_880, 7_770]})
    assert f'{link}?period=2026"' in stranger.get(link).text
    assert "8,540" in stranger.get(f"{link}?period=2026").text  # with the 770 that were released before


def test_what_is_few_is_hidden_there_too(stranger, link):
    text = stranger.get(link).text
    assert "(other), everything else, together: 12 views." in text
    assert "80 of 92 views have a row." in text
    assert "/few" not in text


def test_a_closed_day_is_shown_with_what_is_closed_around_it(stranger, link):
    text = stranger.get(f"{link}?period=2026-10-05").text
    assert "Monday, 5 October 2026" in text
    assert "Counted by month: all of October 2026" in text


@pytest.mark.parametrize("period", ["2026-11", "2026", "2026-W47", "2026-11-22", "2026-08", "yesterday", "2027-01"])
@pytest.mark.parametrize("frame", ["", "/frame"])
def test_what_is_open_or_is_no_period_is_not_there(stranger, link, period, frame):
    answer = stranger.get(f"{link}{frame}?period={period}")
    assert answer.status_code == 404
    assert "770" not in answer.text


def shown(stranger, link):
    """What a link shows, and it shows the last closed month."""
    answer = stranger.get(link)
    assert answer.status_code == 200
    assert "October 2026" in answer.text
    return answer.text


def test_nothing_of_an_open_period_is_told(stranger, link):
    for frame in ("", "/frame"):
        text = shown(stranger, link + frame)
        assert not re.search(r"990|880|770|or more", text)


def test_nothing_of_the_sites_settings_is_told(stranger, site, link):
    text = shown(stranger, link)
    for word in (site, "harbour.example", "Europe/Berlin", "owner@example.org", "Sign out", "/sites/", "Board"):
        assert word not in text


def test_it_is_not_indexed_not_kept_and_told_to_no_other_page(stranger, link):
    for frame in ("", "/frame"):
        assert shown(stranger, link + frame)
        headers = stranger.get(link + frame).headers
        assert headers["X-Robots-Tag"] == "noindex"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in headers
        assert "Cookie" not in headers.get("Vary", "")


def test_only_the_pages_that_were_named_may_embed_the_frame(stranger, link):
    framed, alone = (stranger.get(link + frame).headers for frame in ("/frame", ""))
    assert "frame-ancestors https://example.org:8443 https://www.example.org" in framed["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in alone["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed
    assert "script-src" not in framed["Content-Security-Policy"]


def test_without_any_named_nobody_may(owner, stranger, page):
    link = made_in(owner.fill(page, **{**FIELDS, "origins": ""}).text)
    assert "frame-ancestors 'none'" in stranger.get(f"{link}/frame").headers["Content-Security-Policy"]


def test_the_line_to_embed_is_given_to_whoever_named_an_address(owner, page):
    assert "&lt;iframe" in owner.fill(page, **FIELDS).text
    assert "&lt;iframe" not in owner.fill(page, **{**FIELDS, "origins": ""}).text


def test_links_within_a_frame_stay_in_it(stranger, link):
    text = stranger.get(f"{link}/frame").text
    assert f'href="{link}/frame?period=2026-09"' in text


def test_unknown_ended_and_revoked_links_are_answered_alike(world, owner, stranger, site, page, link, clock):
    unknown = stranger.get(f"/share/{'x' * 43}")
    odd = stranger.get("/share/x")
    with writing(world.engine) as connection:
        secret = share_links.make(connection, site, "Revoked", [], date(2026, 11, 22), date(2027, 11, 22))
        number = next(one.id for one in share_links.of_site(connection, site) if one.name == "Revoked")
    assert stranger.get(f"/share/{secret}").status_code == 200
    owner.fill_at(page, f"{page}/{number}/revoke")
    revoked = stranger.get(f"/share/{secret}")
    clock.move(days=60)
    answers = [unknown, odd, revoked, stranger.get(link), stranger.get(f"{link}/frame")]
    assert {(one.status_code, one.text) for one in answers} == {(404, unknown.text)}


def test_it_is_good_on_its_last_day_in_the_sites_zone(owner, stranger, page, clock):
    link = made_in(owner.fill(page, **{**FIELDS, "ends_on": "2026-11-22"}).text)
    clock.move(hours=10, minutes=59)  # 22:59 UTC, 23:59 in Berlin
    assert stranger.get(link).status_code == 200
    clock.move(minutes=2)
    assert stranger.get(link).status_code == 404


def test_the_secret_is_shown_once_and_kept_as_a_hash(world, owner, page, link):
    assert link[7:] not in owner.get(page).text
    assert link[7:] not in str(stored(world))


def test_a_link_goes_with_its_site(world, stranger, site, link):
    from consent_service.storage import sites

    with writing(world.engine) as connection:
        sites.remove(connection, site)
    assert stranger.get(link).status_code == 404


def test_under_another_host_there_is_no_share(environ, clock):
    world = World({**environ, "CONSENT_PUBLIC_URL": "https://stats.example.org"}, clock)
    answer = Browser(world).get(f"/share/{'x' * 43}", base_url="https://www.example.org")
    world.dispose()
    assert answer.status_code == 421


def test_before_a_month_is_closed_the_page_says_so(world, owner, stranger):
    key = world.add_site("New", ("new.example",))
    link = made_in(owner.fill(f"/sites/{key}/sharing", **FIELDS).text)
    assert "No month is closed yet" in stranger.get(link).text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", " ", "A name"),
        ("ends_on", "", "A day is needed"),
        ("ends_on", "2026-11-21", "A day from 2026-11-22"),
        ("ends_on", "2028-01-01", "A day from 2026-11-22"),
        ("origins", "http://example.org", "is not an address such as"),
        ("origins", "https://example.org; script-src *", "is not an address such as"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_stays(world, owner, page, field, value, words):
    answer = owner.fill(page, **{**FIELDS, field: value})
    assert answer.status_code == 422
    assert words in answer.text
    assert field == "name" or 'value="Board"' in answer.text
    assert stored(world) == []


def test_making_and_revoking_are_in_the_audit_trail_without_the_link(world, owner, site, page, link):
    (row,) = stored(world)
    owner.fill_at(page, f"{page}/{row['id']}/revoke")
    with reading(world.engine) as connection:
        actions = audit_trail.latest(connection, site)
    assert {action.name for action in actions} == {"link made", "link revoked"}
    assert link[7:] not in str(actions)


def test_there_is_an_end_to_them(world, owner, site, page):
    with writing(world.engine) as connection:
        for _ in range(50):
            share_links.make(connection, site, "x", [], date(2026, 11, 22), date(2027, 1, 1))
    assert "at most 50 links" in owner.fill(page, **FIELDS).text


@pytest.mark.parametrize(
    ("role", "sharing", "archive", "exports"),
    [("viewer", 403, 403, 200), ("editor", 200, 403, 200), ("owner", 200, 200, 200), (None, 404, 404, 404)],
)
def test_each_role_may_take_away_and_share_what_it_may(world, site, role, sharing, archive, exports):
    with writing(world.engine) as connection:
        accounts.add(connection, "someone@example.org", accounts.hashed(PASSWORD), {site: role} if role else {})
    browser = Browser(world)
    browser.sign_in("someone@example.org")
    found = [browser.get(f"/sites/{site}/{path}").status_code for path in ("sharing", "archive.zip", "exports")]
    assert found == [sharing, archive, exports]
    assert browser.get(f"/sites/{site}/export/2026-10.xlsx").status_code == exports
    if role:
        page = browser.get(f"/sites/{site}/exports").text
        assert ("/sharing" in page) == (sharing == 200)
        assert ("archive.zip" in page) == (archive == 200)


@pytest.mark.parametrize("path", ["sharing", "archive.zip", "exports", "export/2026-10.xlsx"])
def test_a_stranger_is_asked_to_sign_in(stranger, site, path):
    assert stranger.get(f"/sites/{site}/{path}").status_code == 302
