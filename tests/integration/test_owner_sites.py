"""The list of sites, and adding one."""

import pytest

from consent_service import locale
from consent_service.domain.notice.wording import SHIPPED, texts_in
from consent_service.storage import sites
from consent_service.storage.database.engine import reading

GOOD = {
    "name": "Example Network",
    "hosts": "https://www.example.org/ example.org",
    "language": "de",
    "also": ["de", "en"],
    "purposes": "map video",
    "timezone": "Europe/Berlin",
    "threshold": "12",
    "detail": "day",
}


def kept(world):
    with reading(world.engine) as connection:
        return sites.everyone(connection)


def test_a_site_is_added_with_what_was_typed_and_its_page_shows_the_line_to_paste(world, owner):
    answer = owner.fill("/sites/new", **GOOD)
    (site,) = kept(world)
    terms = site.timeline.latest.notice.terms
    assert (site.name, site.hosts) == ("Example Network", ("example.org", "www.example.org"))
    assert (terms.controller, terms.timezone, terms.threshold, terms.detail) == (
        "Example Network",
        "Europe/Berlin",
        12,
        "day",
    )
    assert site.timeline.latest.notice.texts == texts_in(["de", "en"], ["video", "map"])
    assert answer.location == f"/sites/{site.key}"
    line = f"&lt;script src=&#34;http://127.0.0.1:8000/s/{site.key}/consent.js&#34; defer&gt;&lt;/script&gt;"
    page = owner.get(answer.location).text
    assert line in page
    assert "Numbers appear once 12 visitors are in" in page


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("name", " ", "A name of at most 100 printable characters is needed."),
        ("name", "x" * 101, "A name of at most 100 printable characters is needed."),
        ("hosts", "", "A site needs a host name, and at most 100."),
        ("hosts", "not_a/host", "is not a host name"),
        ("language", "xx", "&#39;xx&#39; is not shipped; write its texts, or take some of"),
        ("purposes", "video podcast", "&#39;podcast&#39; is none of video, map, chat, social"),
        ("timezone", "Europe/Atlantis", "is not known; write one like Europe/Amsterdam."),
        ("threshold", "4", "A whole number from 5 to 1000, not 4."),
        ("threshold", "ten", "A whole number from 5 to 1000, not &#39;ten&#39;."),
        ("threshold", "9" * 5_000, "A whole number from 5 to 1000"),
        ("detail", "hour", "Month or day, not &#39;hour&#39;."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_typed_is_lost(world, owner, field, typed, message):
    fields = {**GOOD, field: typed}
    answer = owner.fill("/sites/new", **fields)
    assert answer.status_code == 422
    note = answer.text.partition(f'id="{field}-note">')[2].partition("</p>")[0]
    assert message in note
    for name, text in fields.items():
        assert name in ("detail", "also", "language") or text in answer.text
    assert kept(world) == []


def test_all_that_is_wrong_is_said_at_once(owner):
    page = owner.fill("/sites/new", **{**GOOD, "name": "", "threshold": "1", "timezone": "Mars"}).text
    assert page.count('class="note wrong"') == 3


def test_a_site_begins_on_the_day_that_it_is_in_its_zone(world, owner, clock):
    clock.move(hours=11, minutes=30)  # 23:30 UTC
    owner.fill("/sites/new", **GOOD)
    assert kept(world)[0].created_on.isoformat() == "2026-11-23"


def test_the_list_shows_names_hosts_keys_and_this_months_visitors_rounded_down(world, press, owner):
    busy, quiet = world.add_site("Busy", ("busy.example",)), world.add_site("Quiet", ("quiet.example",))
    press.release(busy, "2026-11", {"site": [2_000, 1_300, 1_239]})
    page = owner.get("/").text
    for text in ("Busy", "busy.example", busy, "1,230", "Quiet", "quiet.example", quiet):
        assert text in page
    assert "Numbers appear once 10 visitors are in" in page
    assert "1,239" not in page


def test_a_name_cannot_become_markup(world, owner):
    world.add_site("<script>alert(1)</script>")
    page = owner.get("/").text
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_key_that_is_taken_is_drawn_again(world, monkeypatch):
    drawn = iter("k3f9k3f9" * 2 + "m4g8m4g8")
    monkeypatch.setattr("consent_service.storage.sites.secrets.choice", lambda _: next(drawn))

    assert [world.add_site(), world.add_site()] == ["k3f9k3f9", "m4g8m4g8"]


def test_names_with_letters_beyond_ascii_are_kept_as_browsers_send_them_and_read_as_people_write_them(world, owner):
    answer = owner.fill("/sites/new", **{**GOOD, "hosts": "MÜNCHEN.example. https://例え.example:8443/"})
    (site,) = kept(world)
    assert site.hosts == ("xn--mnchen-3ya.example", "xn--r8jz45g.example")
    page = owner.get(answer.location).text
    assert "port of 例え.example:8443 is left out" in page
    assert "münchen.example, 例え.example" in page
    assert "münchen.example, 例え.example" in owner.get("/?find=München").text
    assert "No site has this" in owner.get("/?find=Munchen").text


def test_a_name_that_looks_like_another_is_shown_as_browsers_send_it(world, owner):
    world.add_site(hosts=("\u0430\u0440\u0440\u04cf\u0435.example",))
    assert "xn--80ak6aa92e.example" in owner.get("/").text


def test_languages_are_chosen_by_their_own_names_and_all_of_them_with_one_box(world, owner):
    page = owner.get("/sites/new").text
    assert all(locale.own_name(tag) in page for tag in SHIPPED)
    assert SHIPPED.keys() == locale.OWN_NAMES.keys()
    owner.fill("/sites/new", **{**GOOD, "language": "nl", "also": ["all"]})
    (site,) = kept(world)
    languages = list(site.timeline.latest.notice.texts)
    assert (languages[0], len(languages)) == ("nl", len(SHIPPED))
