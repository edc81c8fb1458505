"""Tokens that age, and notices that change."""

import base64
import datetime as dt
import json

import pytest
from playwright.sync_api import expect

from tests.e2e.snippet.stage import BERLIN
from tests.e2e.snippet.visitor import (
    NOTHING,
    accept,
    button,
    change,
    control,
    navigate,
    notice,
    pages_seen,
    settle,
    stored,
)


def unsigned(*statement):
    """What looks like a token from afar."""
    payload = json.dumps(statement, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(payload).rstrip(b"=").decode() + ".x"


@pytest.mark.parametrize("quarter", ["2026Q4", "2026Q3"])
def test_a_token_counts_in_its_quarter_and_the_next(stage, visitor, quarter):
    token = stage.token(quarter)
    page = visitor.holding("consent", token).opens()
    settle(page)
    assert [hit["t"] for hit in visitor.hits] == [token]


def test_a_token_of_the_quarter_that_only_the_service_has_reached_counts(stage, visitor):
    new_year = dt.datetime(2027, 1, 1, tzinfo=BERLIN)
    stage.at(new_year + dt.timedelta(seconds=20))
    visitor.at(new_year - dt.timedelta(seconds=20))
    page = accept(visitor.opens())
    settle(page)
    assert visitor.cookies() == {"consent": stage.token("2027Q1")}
    assert [hit["t"] for hit in visitor.hits] == [stage.token("2027Q1")]


def test_a_token_that_the_service_no_longer_takes_is_deleted_with_what_belongs_to_it_and_the_visitor_asked(
    stage, visitor
):
    stage.refusals = [("/hit", 403)]
    page = accept(visitor.opens())
    settle(page)
    visitor.holding("consent", stage.token("2026Q2"))
    page.reload()
    expect(button(page, "Accept all")).to_be_visible()
    settle(page)
    assert visitor.cookies() == {}
    assert stored(page) == NOTHING
    assert len(visitor.hits) == 2


FOREIGN = {
    "of another site": lambda stage: stage.token(key=stage.world.add_site("Other", ("other.localhost",))),
    "no list": lambda stage: "WyIx.x",
    "numbers": lambda stage: unsigned(stage.key, 1, 1),
}


@pytest.mark.parametrize("made", FOREIGN.values(), ids=FOREIGN.keys())
def test_a_token_of_somebody_elses_counts_nothing_and_the_visitor_is_asked(stage, visitor, made):
    page = accept(visitor.opens())
    settle(page)
    visitor.holding("consent", made(stage))
    page.reload()
    expect(button(page, "Accept all")).to_be_visible()
    settle(page)
    assert len(visitor.hits) == 1


@pytest.mark.parametrize(
    ("name", "value"), [("consent", "e30.x"), ("consent", "Wyoming"), ("refused", "nonsense"), ("refused", "yes")]
)
def test_a_cookie_of_the_sites_own_that_is_called_like_ours_is_neither_read_nor_deleted(stage, visitor, name, value):
    stage.pages.headers["Set-Cookie"] = f"{name}={value}; Path=/shop"
    page = visitor.opens("/shop/cart")
    expect(button(page, "Accept all")).to_be_visible()
    accept(page)
    change(page, "Withdraw consent")
    settle(page)
    kept = {(cookie["name"], cookie["path"], cookie["value"]) for cookie in visitor.context.cookies()}
    assert kept == {(name, "/shop", value), ("refused", "/", "2026Q4")}
    page.reload()
    expect(control(page)).to_be_visible()
    expect(button(page, "Accept all")).to_be_hidden()


def test_a_token_that_ends_while_the_page_is_open_asks_at_the_next_view(visitor):
    page = accept(visitor.opens())
    settle(page)
    visitor.context.clear_cookies()  # as the browser itself does
    navigate(page, "/spring")
    expect(button(page, "Accept all")).to_be_visible()
    settle(page)
    assert visitor.cookies() == {}
    assert stored(page) == NOTHING
    assert len(visitor.hits) == 1


def test_with_a_token_of_another_notice_nothing_is_sent_until_the_new_one_is_accepted(stage, visitor):
    visitor.holding("consent", stage.token())
    stage.publish(notice="Quite another notice.")
    page = visitor.opens()
    expect(button(page, "Accept all")).to_be_visible()
    navigate(page, "/unasked")
    settle(page)
    assert visitor.asked_of_service() == [stage.script_path]
    accept(page)
    settle(page)
    assert [hit["t"] for hit in visitor.hits] == [stage.token()]


def test_under_a_token_of_another_notice_the_list_of_an_ended_visit_goes_too(stage, visitor):
    settle(accept(visitor.opens()))
    stage.publish(notice="Quite another notice.")
    uncached = stage.visitor(storage_state=visitor.context.storage_state())
    page = uncached.opens()
    settle(page)
    assert pages_seen(page) == 1
    stage.later(minutes=30)
    navigate(page, "/unasked")
    settle(page)
    assert stored(page) == {"local": ["consent-visit"], "session": []}
    assert uncached.hits == []


def test_a_cached_script_fetches_the_current_notice_and_asks_anew(stage, visitor):
    page = visitor.opens()
    digest = stage.publish(notice="Quite another notice.")
    stage.refusals = [("/consent", 409)]
    button(page, "Accept all").click()
    expect(notice(page)).to_contain_text("Quite another notice.")
    settle(page)
    assert visitor.cookies() == {}
    assert stored(page) == NOTHING
    assert visitor.asked_of_service() == [stage.script_path, "/consent", f"/s/{stage.key}/notice.json?l=en"]
    accept(page)
    settle(page)
    assert [hit["t"] for hit in visitor.hits] == [stage.token()]
    assert stage.notice["digest"] == digest
