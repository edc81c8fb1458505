"""The versions of a site's notice: listed, compared, written, published."""

import html
import re

import pytest

from consent_service.domain.calendar.periods import Period
from consent_service.domain.notice.texts import TEXT_NAMES
from consent_service.domain.notice.wording import SHIPPED, texts_in
from consent_service.storage import sites
from consent_service.storage.database.engine import reading, writing
from consent_service.storage.people import audit_trail, roles


@pytest.fixture
def site(world, clock):
    """A site that was made on 20 August 2026, on which something was counted; the clock stands at 22 November."""
    clock.move(days=-94)
    key = world.add_site("Harbour", timezone="Europe/Berlin")
    world.visits(key, 1)
    clock.move(days=94)
    return key


def text_of(answer):
    page = re.sub(
        r"<(?:option|textarea).*?>.*?</(?:option|textarea)>", "", answer.text.partition("<main")[2], flags=re.S
    )
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def fields_of(page):
    form = page.partition('<form class="fields')[2].partition("</form>")[0]
    found = {
        name: html.unescape(text)
        for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S)
    }
    for tag in re.findall(r"<input[^>]+>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        found[name[1]] = html.unescape(value[1]) if value else ""
    return found


@pytest.fixture
def write(owner, site):
    """Open the form, or go on from a page of it, change some fields and send it."""

    def write(step="review", page=None, **fields):
        path = f"/sites/{site}/notices/edit"
        page = page or owner.get(path)
        named = {name.replace("__", ":"): text for name, text in fields.items()}
        return owner.post(path, {**fields_of(page.text), **named, "step": step})

    return write


def test_the_list_says_when_each_version_was_shown_and_how_often_it_was_accepted(
    world, press, owner, site, write, clock
):
    first = world.notice(site)["digest"]
    press.close(site, "2026-10", {"site": [90] * 3, "consent": {first: [45, 45, 45]}})
    press.close(site, "2026-09", {"site": [90] * 3, "consent": {first: [9, 9, 9]}})
    write("save", text__en__accept="Yes")
    page = owner.get(f"/sites/{site}/notices")
    told = text_of(page)
    assert "Version 2 current Shown since 22 November 2026." in told
    assert "Version 1 Shown from 20 August 2026 to 21 November 2026." in told
    assert f"Digest {first}" in told
    assert "October 2026 45" in told
    assert "September 2026" not in told


def test_texts_are_published_at_once_after_a_page_that_says_what_changes(world, owner, site, write):
    before = world.notice(site)
    answer = write(text__en__accept="Yes, count me")
    told = text_of(answer)
    assert "at once" in told
    assert "every visitor is asked again" in told
    assert "<del>Accept</del><ins>Yes,</ins>" in answer.text
    assert world.notice(site) == before

    assert write("save", answer).location == f"/sites/{site}/notices?published="
    world.keeper.watch()
    now = world.notice(site)
    assert now["texts"]["en"]["accept"] == "Yes, count me"
    assert now["digest"] != before["digest"]
    assert now["threshold"] == before["threshold"]
    with reading(world.engine) as connection:
        [action] = audit_trail.latest(connection, site)
    assert (action.name, action.details) == ("notice published", {"digest": now["digest"], "current_from": "2026-11"})


def test_a_version_that_waits_for_its_month_takes_the_texts_too(world, owner, site, write):
    with writing(world.engine) as connection:
        present = world.site(site)
        terms = present.timeline.latest.notice.terms.amended({"threshold": 20})
        sites.publish(connection, present, Period.parse("2026-11"), True, terms=terms)
    answer = write(text__en__accept="Yes")
    assert "The version that waits for 1 December 2026 takes these texts too." in text_of(answer)
    write("save", answer)
    line = world.site(site).timeline
    for month, threshold in (("2026-11", 10), ("2026-12", 20)):
        notice = line.in_month(Period.parse(month)).notice
        assert (notice.texts["en"]["accept"], notice.terms.threshold) == ("Yes", threshold)


def test_the_texts_as_they_are_would_change_nothing(write):
    answer = write()
    assert "Nothing would change" in text_of(answer)
    assert ">Publish<" not in answer.text


def test_languages_are_added_with_their_shipped_texts_put_first_and_taken_out(world, site, write):
    page = write("add", language="nl")
    assert fields_of(page.text)["text:nl:accept"] == SHIPPED["nl"]["accept"]
    page = write("first:nl", page)
    assert fields_of(page.text)["languages"] == "nl en"
    page = write("drop:en", page)
    write("save", page)
    assert world.site(site).timeline.latest.notice.texts == texts_in(["nl"])


def test_a_region_or_a_script_is_added_in_any_spelling(world, site, write):
    page = write("add", language=" PT_br")
    assert fields_of(page.text)["text:pt-BR:accept"] == SHIPPED["pt-BR"]["accept"]
    assert "Portuguese (Brazil)" in page.text
    write(
        "save",
        write("add", page, language="zh-hant-tw"),
        **{f"text:zh-Hant-TW:{name}": SHIPPED["zh-Hant"][name] for name in TEXT_NAMES},
    )
    assert list(world.site(site).timeline.latest.notice.texts) == ["en", "pt-BR", "zh-Hant-TW"]


@pytest.mark.parametrize("tag", ["english", "de-AT-1996", "zh-Hant-TW-x", "i-klingon", ""])
def test_what_is_no_language_is_said_at_its_field(write, tag):
    answer = write("add", language=tag)
    assert answer.status_code == 422
    assert "Write a language as en, pt-BR or zh-Hant." in answer.text


def test_only_the_language_whose_texts_are_wrong_stands_open(write):
    page = write("add", write("add", language="pt"), language="pt-BR")
    answer = write("review", page, **{"text:pt-BR:accept": ""})
    panels = re.findall(r'<details class="panel"( open)?>\s*<summary><h3>([^<]+?) ?<', answer.text)
    assert panels == [(" open", "English"), ("", "Portuguese"), (" open", "Portuguese (Brazil)")]


def test_a_language_that_is_not_shipped_has_to_be_written(write):
    page = write("add", language="eo")
    answer = write("review", page)
    assert answer.status_code == 422
    assert answer.text.count("A text is needed.") == len(TEXT_NAMES)
    assert 'aria-invalid="true"' in answer.text


def test_shipped_texts_take_the_place_of_what_was_typed(write):
    page = write("shipped:en", text__en__accept="Yes")
    assert fields_of(page.text)["text:en:accept"] == SHIPPED["en"]["accept"]


def test_purposes_bring_their_texts_and_labels(world, site, write):
    page = write("purposes", purposes="video podcast")
    fields = fields_of(page.text)
    assert fields["text:en:purpose:video"] == SHIPPED["en"]["purpose:video"]
    assert fields["text:en:choose"] == SHIPPED["en"]["choose"]
    assert write("review", page).status_code == 422
    write("save", page, **{"text:en:purpose:podcast": "Listen"})
    assert world.site(site).timeline.latest.notice.purposes == ["video", "podcast"]


@pytest.mark.parametrize(
    ("fields", "where", "message"),
    [
        ({"text__en__accept": " "}, "en-accept-note", "A text is needed."),
        ({"text__en__notice": "<b>We</b>"}, "en-notice-note", "Plain text only, no HTML."),
        ({"text__en__notice": "x" * 2_001}, "en-notice-note", "2,000 characters at most."),
        ({"purposes": "Video"}, "purposes-note", "is not a name such as video"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(world, site, write, fields, where, message):
    before = world.site(site).timeline.latest
    answer = write("review", **fields, text__en__reject="Not me")
    assert answer.status_code == 422
    assert message in answer.text.partition(f'id="{where}">')[2].partition("</p>")[0]
    assert "Not me" in answer.text
    assert write("save", **fields).status_code == 422
    assert world.site(site).timeline.latest == before


def test_who_was_slower_than_another_editor_keeps_what_was_typed_and_publishes_nothing(world, owner, site, write):
    mine = write(text__en__accept="Mine")
    write("save", text__en__accept="Theirs")
    answer = write("save", mine)
    assert answer.status_code == 409
    assert "Somebody published another version while you wrote" in answer.text
    assert fields_of(answer.text)["text:en:accept"] == "Mine"
    assert world.site(site).timeline.latest.notice.texts["en"]["accept"] == "Theirs"


def test_two_versions_are_compared_word_by_word(world, owner, site, write):
    old = world.notice(site)["digest"]
    write("save", text__en__accept="Accept everything")
    new = world.site(site).timeline.latest.notice.digest
    page = owner.get(f"/sites/{site}/notices/compare?old={old}&new={new}")
    assert "Accept <del>all</del><ins>everything</ins>" in page.text
    assert "word for word the same" in text_of(owner.get(f"/sites/{site}/notices/compare?old={new}&new={new}"))


@pytest.mark.parametrize("path", ["compare", "compare?old=x&new=y", "0" * 32, "preview?n=x"])
def test_a_version_that_there_is_not_is_not_there(owner, site, path):
    answer = owner.get(f"/sites/{site}/notices/{path}")
    assert answer.status_code == 404
    assert "no notice with this digest" in answer.text


def test_an_editor_may_write_notices_and_a_viewer_may_not(world, owner, site):
    for role, status in (("editor", 200), ("viewer", 403)):
        with writing(world.engine) as connection:
            roles.take(connection, "owner@example.org", "*")
            roles.give(connection, "owner@example.org", site, role)
        for path in ("", "/edit", f"/{world.notice(site)['digest']}", f"/preview?n={world.notice(site)['digest']}"):
            assert owner.get(f"/sites/{site}/notices{path}").status_code == status


def test_a_preview_can_reach_nothing(owner, world, site):
    headers = owner.get(f"/sites/{site}/notices/preview?n={world.notice(site)['digest']}").headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-scripts; default-src 'none'; script-src 'nonce-")
    assert "frame-ancestors 'self'" in policy
    assert "Set-Cookie" not in headers


def test_a_name_cannot_end_the_script_of_a_preview(world, owner):
    key = world.add_site("x</Script><script>alert(1)</script><!--")
    page = owner.get(f"/sites/{key}/notices/preview?n={world.notice(key)['digest']}").text
    assert page.lower().count("</script>") == page.lower().count("<script ") == 2
    assert "<!--" not in page
