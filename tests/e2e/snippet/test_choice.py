"""The first choice: nothing before it, a token after a yes, the refusal alone after a no."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests.e2e.service import wait_for
from tests.e2e.snippet.stage import SUNDAY, TEXTS
from tests.e2e.snippet.visitor import (
    FIRST_TOUCH,
    FIRST_VIEW,
    NEW_VISITOR,
    NOTHING,
    SECOND_VIEW,
    accept,
    button,
    buttons,
    change,
    control,
    navigate,
    notice,
    settle,
    stored,
)

# Before a choice


def test_before_a_choice_nothing_is_stored_and_only_the_script_is_requested(stage, visitor):
    page = visitor.opens()
    expect(button(page, "Accept all")).to_be_visible()
    navigate(page, "/other")
    settle(page)
    assert visitor.asked_of_service() == [stage.script_path]
    assert visitor.cookies() == {}
    assert stored(page) == NOTHING


def test_the_notice_says_what_it_is_its_two_sentences_and_where_to_read_on_and_then_offers_accept_and_reject(
    stage, visitor
):
    page = visitor.opens()
    details = TEXTS["details"].replace("{controller}", "Example Network")
    expect(notice(page).locator("p")).to_have_text([TEXTS["choice"], TEXTS["notice"], details, TEXTS["privacy"]])
    link = notice(page).get_by_role("link", name="What is counted?")
    assert link.get_attribute("href") == f"{stage.service}/s/{stage.key}/privacy"
    assert link.get_attribute("referrerpolicy") == "no-referrer"
    expect(buttons(page)).to_have_text(["Accept all", "Reject all"])
    expect(control(page)).to_be_hidden()
    expect(notice(page).locator("input")).to_have_count(0)


@pytest.mark.parametrize("act", ["Escape", "scroll", "click"])
def test_what_is_no_answer_does_not_consent(stage, visitor, act):
    stage.pages.body = "<main style='height:5000px'>long</main>"
    page = visitor.opens()
    expect(button(page, "Accept all")).to_be_visible()
    if act == "Escape":
        page.keyboard.press("Escape")
    elif act == "scroll":
        page.mouse.wheel(0, 3000)
        wait_for(page, "scrollY > 0")
    else:
        page.mouse.click(5, 5)
    settle(page)
    expect(button(page, "Accept all")).to_be_visible()
    assert visitor.asked_of_service() == [stage.script_path]
    assert visitor.cookies() == {}


# Accepting


def test_accepting_keeps_the_token_and_sends_one_first_view(stage, visitor):
    page = accept(visitor.opens("/welcome"))
    settle(page)
    assert visitor.cookies() == {"consent": stage.token()}
    assert stored(page) == {"local": ["consent-pages", "consent-visit"], "session": []}
    assert visitor.asked_of_service() == [stage.script_path, "/consent", "/hit"]
    assert stage.wait_for("/consent").json == {"s": stage.key, "n": stage.notice["digest"]}
    (hit,) = visitor.hits
    assert (hit["s"], hit["t"], hit["e"], hit["p"]) == (stage.key, stage.token(), "view", "/welcome")
    assert hit["f"] == NEW_VISITOR | FIRST_VIEW | FIRST_TOUCH


def test_all_who_accept_hold_one_token(stage):
    tokens = set()
    for zone in ["Europe/Paris", "Asia/Tokyo", "America/Lima"]:
        visitor = stage.visitor(timezone_id=zone)
        accept(visitor.opens())
        tokens.add(visitor.cookies()["consent"])
    assert tokens == {stage.token()}


def lasts(visitor):
    """The cookie of the choice, and until when it lasts by the visitor's clock, which is not the browser's own."""
    (cookie,) = visitor.context.cookies()
    left = cookie["expires"] - dt.datetime.now(dt.UTC).timestamp()
    return cookie, SUNDAY.timestamp() + left


def test_the_tokens_cookie_lasts_until_the_next_quarter_ends_and_stays_with_the_site(visitor):
    accept(visitor.opens("/deep/page"))
    cookie, end = lasts(visitor)
    assert (cookie["path"], cookie["sameSite"], cookie["domain"]) == ("/", "Lax", "site.localhost")
    assert end == pytest.approx(dt.datetime(2027, 4, 1, tzinfo=dt.UTC).timestamp(), abs=86_400)


def test_a_refusals_cookie_lasts_until_the_quarter_after_the_next_ends(visitor):
    page = visitor.opens("/deep/page")
    button(page, "Reject all").click()
    expect(control(page)).to_be_visible()
    _, end = lasts(visitor)
    assert end == pytest.approx(dt.datetime(2027, 7, 1, tzinfo=dt.UTC).timestamp(), abs=86_400)


@pytest.mark.parametrize("years", [-2, 1])
def test_a_choice_is_good_whatever_year_the_visitors_clock_says_it_is(stage, visitor, years):
    visitor.at(SUNDAY.replace(year=SUNDAY.year + years))
    page = accept(visitor.opens())
    settle(page)
    page.reload()
    expect(control(page)).to_be_visible()
    expect(button(page, "Accept all")).to_be_hidden()
    settle(page)
    change(page, "Withdraw consent")
    page.reload()
    expect(control(page)).to_be_visible()
    expect(button(page, "Accept all")).to_be_hidden()
    settle(page)
    assert len(visitor.hits) == 2


def test_a_route_change_while_the_token_is_on_its_way_loses_no_page(stage, visitor):
    page = visitor.opens("/a")
    stage.recorder.hold()  # the real service answers at once
    button(page, "Accept all").click()
    stage.wait_for("/consent")
    navigate(page, "/b")
    assert stage.hits == []
    stage.recorder.let_go()
    hits = stage.wait_for_hits(2)
    settle(page)
    assert {hit["p"]: hit["f"] for hit in hits} == {
        "/a": NEW_VISITOR | FIRST_VIEW | FIRST_TOUCH,
        "/b": NEW_VISITOR | SECOND_VIEW | FIRST_TOUCH,
    }
    assert len(visitor.hits) == 2


@pytest.mark.parametrize("failure", ["429 Too Many Requests", "503 Service Unavailable", "offline"])
def test_when_the_token_cannot_be_had_the_notice_comes_back_and_nothing_is_stored(stage, visitor, failure):
    page = visitor.opens()
    if failure == "offline":
        visitor.context.route("**/consent", lambda route: route.abort())
    else:
        stage.recorder.instead["/consent"] = failure  # the real service is not in trouble
        stage.refusals = [("/consent", int(failure[:3]))]
    logged = []
    page.on("console", lambda message: logged.append(message.text))
    with page.expect_event("console", lambda message: "Failed to load resource" in message.text):
        button(page, "Accept all").click()
    expect(button(page, "Accept all")).to_be_visible()
    settle(page)
    assert visitor.cookies() == {}
    assert stored(page) == NOTHING
    assert visitor.asked_of_service() == [stage.script_path, "/consent"]
    assert visitor.errors == []
    assert [text.split(":")[0] for text in logged] == ["Failed to load resource"]


def test_a_double_click_on_accept_asks_once(stage, visitor):
    page = visitor.opens()
    button(page, "Accept all").dblclick()
    expect(control(page)).to_be_visible()
    settle(page)
    assert visitor.asked_of_service() == [stage.script_path, "/consent", "/hit"]


def test_a_refusal_in_another_tab_outlives_a_token_that_was_on_its_way(stage, visitor):
    one, two = visitor.opens("/one"), visitor.opens("/two")
    stage.recorder.hold()  # the real service answers at once
    button(one, "Accept all").click()
    stage.wait_for("/consent")
    button(two, "Reject all").click()
    stage.recorder.let_go()
    expect(control(one)).to_be_visible()
    settle(one)
    assert visitor.cookies() == {"refused": "2026Q4"}
    assert visitor.hits == []


# Refusing


def test_rejecting_keeps_only_the_quarter_and_sends_nothing(stage, visitor):
    page = visitor.opens()
    button(page, "Reject all").click()
    expect(control(page)).to_be_visible()
    navigate(page, "/other")
    settle(page)
    assert visitor.cookies() == {"refused": "2026Q4"}
    assert stored(page) == NOTHING
    assert visitor.asked_of_service() == [stage.script_path]


def test_after_a_refusal_later_pages_show_the_control_only_and_send_nothing(stage, visitor):
    page = visitor.holding("refused", "2026Q4").opens()
    expect(control(page)).to_be_visible()
    expect(button(page, "Accept all")).to_be_hidden()
    settle(page)
    assert visitor.asked_of_service() == [stage.script_path]


@pytest.mark.parametrize(("refused", "asked"), [("2026Q2", False), ("nonsense", True)])
def test_a_refusal_is_a_quarter_and_nothing_else(visitor, refused, asked):
    page = visitor.holding("refused", refused).opens()
    expect(button(page, "Accept all")).to_be_visible(visible=asked)
    expect(control(page)).to_be_visible(visible=not asked)


def test_the_question_returns_with_a_notice_newer_than_the_refusal(stage, visitor):
    stage.publish(notice="A notice of this quarter.")
    page = visitor.holding("refused", "2026Q3").opens()
    expect(button(page, "Accept all")).to_be_visible()


def test_the_quarter_is_that_of_the_sites_zone(stage, visitor):
    stage.at(dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC))
    page = visitor.opens()
    button(page, "Reject all").click()
    expect(control(page)).to_be_visible()
    assert visitor.cookies() == {"refused": "2027Q1"}
    change(page, "Accept all")
    assert visitor.cookies() == {"consent": stage.token("2027Q1")}


def test_a_zone_unknown_to_the_browser_counts_in_utc(stage, visitor):
    visitor.where("""
        const written = Date.prototype.toLocaleDateString;
        Date.prototype.toLocaleDateString = function (language, options) {
            if (options?.timeZone === "Europe/Berlin") throw new RangeError("an old browser");
            return written.call(this, language, options);
        };
    """)
    stage.at(dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC))
    page = visitor.opens()
    button(page, "Reject all").click()
    expect(control(page)).to_be_visible()
    assert visitor.cookies() == {"refused": "2026Q4"}
    change(page, "Accept all")
    settle(page)
    assert visitor.flags() == [NEW_VISITOR | FIRST_VIEW | FIRST_TOUCH]


# Refused by the browser


GLOBAL_PRIVACY_CONTROL = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })"
DO_NOT_TRACK = "Object.defineProperty(Navigator.prototype, 'doNotTrack', { get: () => '1' })"


@pytest.mark.parametrize("signal", [GLOBAL_PRIVACY_CONTROL, DO_NOT_TRACK], ids=["GPC", "DNT"])
def test_a_browser_that_objects_is_not_asked_and_loses_an_older_token(stage, visitor, signal):
    page = accept(visitor.opens())
    settle(page)
    page.add_init_script(signal)
    page.reload()
    navigate(page, "/other")
    settle(page)
    expect(notice(page)).to_have_count(0)
    assert visitor.cookies() == {}
    assert stored(page) == NOTHING
    assert visitor.asked_of_service() == [stage.script_path, "/consent", "/hit", stage.script_path]


def test_a_refusal_that_stands_beside_a_token_is_the_later_of_the_two(stage, visitor):
    """The answer to an acceptance may set the cookie after the page that asked has gone."""
    visitor.holding("refused", "2026Q4").holding("consent", stage.token())
    page = visitor.opens()
    expect(control(page)).to_be_visible()
    settle(page)
    assert visitor.cookies() == {"refused": "2026Q4"}
    assert visitor.hits == []
