"""What a site tells its visitors: a page made of its settings, readable under any host with nothing beside it."""

import base64
import hashlib
import re
from html import unescape
from pathlib import Path

import pytest

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting.dimensions import DECLARABLE, DIMENSIONS, MISSING
from consent_service.domain.notice.texts import TEXT_NAMES
from consent_service.domain.notice.wording import DEFAULT_TEXTS, texts_in
from consent_service.storage import sites
from consent_service.storage.database.engine import writing
from consent_service.web.visitors.descriptions import COUNTED

ROOT = Path(__file__).parents[2]
DUTCH = {name: f"{name} in het Nederlands" for name in TEXT_NAMES}
ARABIC = {**dict.fromkeys(TEXT_NAMES, "نعم"), "notice": "نستخدم ملفات تعريف الارتباط"}


def text_of(answer):
    """What a reader of the page gets."""
    body = re.sub(r"</?q[^>]*>", '"', answer.text.partition("<body>")[2])
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def listed(answer):
    """The dimensions that the page says are counted."""
    return re.findall(r'data-dimension="(\w+)"', answer.text)


@pytest.fixture
def page(world):
    """A site with these terms; gives its page."""

    def page(name="Harbour", **terms):
        return world.client.get(f"/s/{world.add_site(name, **terms)}/privacy", base_url="https://www.example.org")

    return page


@pytest.fixture
def publish(world):
    def publish(key, month="2026-11", **changes):
        with writing(world.engine) as connection:
            sites.publish(connection, sites.get(connection, key), Period.parse(month), True, **changes)
        world.keeper.watch()

    return publish


def versions(world, key):
    """The state of each version, and the part of the page about it, in the page's order."""
    parts = world.client.get(f"/s/{key}/privacy").text.split("<details")[1:]
    return [(re.search(r"<summary>(.*?)</summary>", part)[1], part) for part in parts]


def test_it_is_answered_under_any_host_without_signing_in_and_leaves_nothing(page):
    answer = page()
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Sign out" not in answer.text
    assert "/login" not in answer.text


def test_its_style_stands_in_it_allowed_by_its_hash_and_nothing_else_is(page):
    answer = page()
    style = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert answer.headers["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    for word in ("<script", "<link", "<img", "<form", "src=", "style=", "url(", "@import", "http:", "https:"):
        assert word not in answer.text


def test_every_dimension_has_its_sentence():
    assert set(COUNTED) == {*DIMENSIONS, MISSING}
    assert {name for name in COUNTED if "by month" in COUNTED[name]} == {
        name for name in DIMENSIONS if DIMENSIONS[name].monthly
    }


@pytest.mark.parametrize("name", DECLARABLE)
def test_what_is_declared_is_told_and_nothing_else_beside_what_is_always_counted(page, name):
    declared = ("page", name) if name in ("entry", MISSING) else (name,)
    answer = page(dimensions=declared)
    assert set(listed(answer)) == {*(one for one in DIMENSIONS if DIMENSIONS[one].implied), *declared}
    assert COUNTED[name] in text_of(answer)


def test_events_are_told_by_name_where_they_are_counted(page):
    assert "These are named: sign-up , donate ." in text_of(page(dimensions=("event",), events=("sign-up", "donate")))
    assert "None is named now." in text_of(page(dimensions=("event",)))
    assert "sign-up" not in page(dimensions=("page",), events=("sign-up",)).text


def test_the_terms_are_told_as_they_are(page):
    text = text_of(page("Us & <Them>", threshold=17, detail="day", timezone="Asia/Tokyo", retention=1))
    assert "By Us & <Them> , in plain words." in text
    assert "Only what at least 17 visitors share." in text
    assert "rounded down to a multiple of 17" in text
    assert "Everything else is counted by day" in text
    assert "time zone Asia/Tokyo" in text
    assert "The numbers of single days and weeks are deleted after 1 month at the latest" in text


def test_a_changed_setting_is_told_when_it_holds(world, publish, clock):
    key = world.add_site()
    publish(key, terms=world.site(key).timeline.latest.notice.terms.amended({"threshold": 30}))
    assert "at least 10 visitors" in text_of(world.client.get(f"/s/{key}/privacy"))
    clock.move(days=9)
    assert "at least 30 visitors" in text_of(world.client.get(f"/s/{key}/privacy"))


def test_the_device_keeps_what_the_docs_say_for_as_long(world, publish):
    key = world.add_site()
    publish(key, texts=texts_in(["en"], ["video"]))
    page = world.client.get(f"/s/{key}/privacy")
    table = (ROOT / "docs/embedding.md").read_text().partition("## What is stored on the visitor's device")[2]
    lines = [line for line in table.partition("\n## ")[0].splitlines() if line.startswith("|")][2:]
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", page.text)
    assert len(lines) == len(rows) == 9
    for line, row in zip(lines, rows, strict=True):
        _, where, name, value, lasts = [cell.strip() for cell in line.strip("|").split("|")]
        assert where in row
        assert name.replace("`", "") in row
        assert ("nothing" in value) == ("nothing" in row)
        assert (re.findall(r"\d to \d months", lasts) or [""])[0] in row


def test_what_waits_for_a_choice_of_its_own_is_named_where_there_is_any(world, publish):
    key = world.add_site()
    assert "waits for your choice" not in text_of(world.client.get(f"/s/{key}/privacy"))
    publish(key, texts=texts_in(["en"], ["video", "map"]))
    text = text_of(world.client.get(f"/s/{key}/privacy"))
    assert '"Videos" "Maps"' in text.partition("What else waits for your choice")[2]
    assert "consent-purposes" in text


def test_the_buttons_are_named_as_the_site_names_them(world, publish):
    key = world.add_site()
    publish(key, texts={"nl": DUTCH})
    answer = world.client.get(f"/s/{key}/privacy")
    for name in ("accept", "reject", "choice", "withdraw", "forget"):
        assert f'<q lang="nl" dir="auto">{DUTCH[name]}</q>' in answer.text
    publish(key, texts={"nl": DUTCH, **DEFAULT_TEXTS})
    assert '<q lang="en" dir="auto">Cookie choice</q>' in world.client.get(f"/s/{key}/privacy").text


def test_every_version_is_there_the_newest_first_and_one_that_waits_says_so(world, publish, clock):
    clock.move(days=-61)
    key = world.add_site()
    clock.move(days=61)
    first = world.notice(key)["digest"]
    publish(key, texts={"nl": DUTCH})
    second = world.notice(key)["digest"]
    publish(key, terms=world.site(key).timeline.latest.notice.terms.amended({"detail": "day"}))

    told = versions(world, key)
    assert [state for state, _ in told] == [
        "Waits for its month: becomes current on 1 December 2026",
        "Current since November 2026",
        "Current from September 2026, replaced in November 2026",
    ]
    waiting = world.site(key).timeline.latest.notice.digest
    assert [re.search(r"notice\.json\?n=(\w+)", part)[1] for _, part in told] == [waiting, second, first]
    assert [part.startswith(" open>") for _, part in told] == [False, True, False]


def test_a_version_has_its_texts_in_every_language_marked_as_such(world, publish):
    key = world.add_site("Them <b>")
    publish(key, texts={**DEFAULT_TEXTS, "ar": ARABIC, "nl": DUTCH})
    told = versions(world, key)[0][1]
    assert re.findall(r'<blockquote lang="(\w+)" dir="auto">', told) == ["en", "ar", "nl"]
    assert re.findall(r"<h3>(.*?)</h3>", told) == ["English", "Arabic", "Dutch"]
    assert "Them &lt;b&gt; counts visits" in told
    for text in (*DUTCH.values(), *ARABIC.values()):
        assert text in told


def test_buttons_are_named_as_a_region_of_english_has_them(world, publish):
    key = world.add_site()
    publish(key, texts={**texts_in(["nb", "pt-BR"]), "en-GB": {**DEFAULT_TEXTS["en"], "accept": "Yes, please"}})
    page = world.client.get(f"/s/{key}/privacy").text
    assert '<q lang="en-GB" dir="auto">Yes, please</q>' in page
    assert re.findall(r"<h3>(.*?)</h3>", page)[:3] == ["Norwegian", "Portuguese (Brazil)", "English (Britain)"]


def test_each_version_links_to_its_document(world):
    key = world.add_site()
    link = re.search(r'href="(notice\.json[^"]+)"', world.client.get(f"/s/{key}/privacy").text)[1]
    assert world.client.get(f"/s/{key}/{link}").json == world.notice(key)


def test_an_unknown_site_is_a_line_of_text(world):
    answer = world.client.get("/s/nobody/privacy", base_url="https://www.example.org")
    assert (answer.status_code, answer.mimetype) == (404, "text/plain")
    assert answer.text == "There is no site with this key.\n"


def test_without_the_database_a_known_site_is_told_of_and_another_answered_503(world, tmp_path):
    key = world.add_site()
    assert world.client.get(f"/s/{key}/privacy").status_code == 200
    other = world.add_site("Other", ("other.example",))
    world.app.services.engine.dispose()
    database = tmp_path / "data" / "consent.sqlite3"
    database.rename(database.with_suffix(".away"))
    database.mkdir()
    assert world.client.get(f"/s/{key}/privacy").status_code == 200
    answer = world.client.get(f"/s/{other}/privacy")
    assert (answer.status_code, answer.mimetype) == (503, "text/plain")
