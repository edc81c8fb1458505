"""Which language the notice is shown in, and when its texts are fetched."""

import pytest
from playwright.sync_api import expect

from consent_service.domain.notice.wording import SHIPPED, texts_in
from tests.e2e.snippet.visitor import accept, button, control, notice, settle


@pytest.fixture
def many(stage):
    stage.publish(texts=texts_in(["en", *(language for language in SHIPPED if language != "en")]))
    return stage


@pytest.mark.parametrize(
    ("page_language", "browser_language", "shown"),
    [("de-AT", "fr", "de"), ("xx", "fr-CA", "fr"), ("", "uk", "uk"), ("xx", "yy", "en")],
)
def test_the_pages_language_comes_before_the_browsers(many, page_language, browser_language, shown):
    many.pages.language = page_language
    page = many.visitor(locale=browser_language).opens()
    expect(notice(page)).to_contain_text(SHIPPED[shown]["notice"])
    assert notice(page).get_attribute("lang") == shown


def test_a_text_of_the_same_language_is_better_than_another(stage):
    stage.publish(texts=texts_in(["en", "pt-BR"]))
    stage.pages.language = "pt-PT"
    expect(notice(stage.visitor().opens())).to_contain_text(SHIPPED["pt-BR"]["notice"])


def test_the_language_may_be_said_as_xml_says_it(many, visitor):
    many.pages.head = "<script>document.documentElement.removeAttribute('lang')</script>"
    many.pages.head += "<script>document.documentElement.setAttribute('xml:lang', 'sv')</script>"
    expect(notice(visitor.opens())).to_contain_text(SHIPPED["sv"]["notice"])


def test_one_text_is_fetched_for_another_language_and_kept_by_the_browser(many):
    many.pages.language = "de"
    visitor = many.visitor()
    page = visitor.opens()
    expect(notice(page)).to_contain_text(SHIPPED["de"]["notice"])
    page.reload()
    expect(notice(page)).to_contain_text(SHIPPED["de"]["notice"])
    digest = many.notice["digest"]
    assert {path for path in visitor.asked_of_service() if "json" in path} == {
        f"/s/{many.key}/notice.json?l=de&n={digest}"
    }
    assert len(many.recorder.to(f"/s/{many.key}/notice.json")) == 1
    assert visitor.cookies() == {}


def test_the_first_language_needs_no_request(many, visitor):
    expect(notice(visitor.opens())).to_contain_text(SHIPPED["en"]["notice"])
    assert visitor.asked_of_service() == [many.script_path]


def test_few_languages_travel_in_the_script(stage):
    stage.publish(texts=texts_in(["en", "de", "fr"]))
    stage.pages.language = "fr"
    visitor = stage.visitor()
    expect(notice(visitor.opens())).to_contain_text(SHIPPED["fr"]["notice"])
    assert visitor.asked_of_service() == [stage.script_path]


def test_what_is_given_in_the_place_of_a_notice_is_no_consent(many):
    """A gateway answers 429 with some JSON."""
    path = f"/s/{many.key}/notice.json"
    many.recorder.instead[path] = "429 Too Many Requests"
    many.recorder.words[path] = b'{"message": "slow down"}'
    many.refusals = [(path, 429)]
    many.pages.language = "de"
    page = many.visitor().opens()
    many.wait_for(path)
    settle(page)
    assert page.evaluate("consent.status()") == "open"


def test_without_the_texts_of_another_language_the_first_is_shown(many):
    many.recorder.instead[f"/s/{many.key}/notice.json"] = "503 Service Unavailable"
    many.refusals = [(f"/s/{many.key}/notice.json", 503)]
    many.pages.language = "de"
    expect(notice(many.visitor().opens())).to_contain_text(SHIPPED["en"]["notice"])


def test_what_is_accepted_in_another_language_is_the_same_notice(many):
    many.pages.language = "ja"
    visitor = many.visitor()
    page = visitor.opens()
    notice(page).get_by_role("button", name=SHIPPED["ja"]["accept"], exact=True).click()
    expect(notice(page).get_by_role("button", name=SHIPPED["ja"]["choice"], exact=True)).to_be_visible()
    settle(page)
    assert visitor.cookies() == {"consent": many.token()}


@pytest.mark.parametrize("language", ["ar", "he"])
def test_from_right_to_left_where_the_language_is_written_so(many, language):
    many.pages.language = language
    page = many.visitor().opens()
    expect(notice(page)).to_contain_text(SHIPPED[language]["notice"])
    assert notice(page).evaluate("host => getComputedStyle(host.querySelector('p')).direction") == "rtl"


def test_a_page_that_changes_its_language_keeps_the_control(many, visitor):
    page = accept(visitor.opens())
    page.evaluate("document.documentElement.lang = 'de'")
    control(page).click()
    button(page, "Withdraw consent").click()
    expect(button(page, "Withdraw consent")).to_be_hidden()
    assert visitor.cookies() == {"refused": "2026Q4"}
