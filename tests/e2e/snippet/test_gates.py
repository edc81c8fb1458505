"""Frames and scripts wait for their purpose, and come and go with it."""

import pytest
from playwright.sync_api import expect

from tests.e2e.service import wait_for
from tests.e2e.snippet.visitor import accept, change, settle, stored
from tests.e2e.snippet.waiting import film, placeholder, press, ran, settle_scripts

STRICT_POLICY = (
    "default-src 'none'; frame-src *; style-src 'none'; connect-src {service}; script-src {service} 'nonce-abc'; "
    "require-trusted-types-for 'script'"
)


def test_before_a_choice_nothing_of_it_is_asked_for(embedding, visitor):
    page = visitor.opens()
    host = embedding.pages.video.removeprefix("http://")
    expect(placeholder(page)).to_contain_text(f"Content from {host} is loaded only if you allow it.")
    expect(placeholder(page, "Chat")).to_have_count(1)
    settle(page)
    assert set(embedding.pages.asked) - {"/favicon.ico"} == {"/", "/settled"}  # for the icon a whole browser asks
    assert (ran(page), stored(page)["local"]) == ([], [])
    assert page.evaluate("document.querySelector('iframe').hasAttribute('src')") is False


def test_once_is_this_frame_on_this_page_and_stores_nothing(embedding, visitor):
    page = visitor.opens()
    press(page, "Allow once")
    expect(film(page)).to_be_visible()
    expect(placeholder(page)).to_have_count(0)
    expect(placeholder(page, "Chat")).to_have_count(1)
    assert page.evaluate("document.activeElement.title") == "A film"
    assert (stored(page)["local"], visitor.cookies()) == ([], {})
    page.reload()
    expect(placeholder(page)).to_be_visible()


def test_scripts_run_in_their_order_once(embedding, visitor):
    page = visitor.opens()
    press(page, "Allow once", "Chat")
    settle_scripts(page)
    page.evaluate("document.body.append('another change')")
    settle(page)
    assert ran(page) == ["chat.js", "inline"]
    expect(placeholder(page, "Chat")).to_have_count(0)


def test_a_strict_policy_and_trusted_types_are_kept(embedding, visitor):
    embedding.pages.headers = {"Content-Security-Policy": STRICT_POLICY.format(service=embedding.service)}
    said = []
    page = visitor.context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.goto(embedding.site + "/")
    press(page, "Allow once", "Chat")
    settle_scripts(page)
    press(page, "Allow once")
    expect(film(page)).to_be_visible()
    assert said == []
    assert visitor.errors == []


@pytest.mark.parametrize(
    "address", ["http://typo.example:99999/", "https://", "javascript:alert(1)", "data:text/html,x", ""]
)
def test_a_gate_that_leads_nowhere_is_in_nobodys_way(embedding, visitor, address):
    embedding.pages.body = (
        f"<iframe id='odd' data-consent='video' data-src='{address}'></iframe>" + embedding.pages.body
    )
    page = accept(visitor.opens())
    expect(film(page)).to_be_visible()
    assert page.evaluate("document.querySelector('#odd').hasAttribute('src')") is False
    change(page, "Withdraw consent")
    expect(placeholder(page)).to_be_visible()
    assert list(visitor.cookies()) == ["refused"]


def test_a_script_that_never_says_that_it_has_loaded_holds_the_others_up_for_a_while_only(embedding, visitor):
    odd = "<script type='text/plain' data-type='text/odd' data-consent='chat' src='/odd'></script>"
    embedding.pages.body = "<main></main>" + odd + embedding.pages.body
    page = accept(visitor.opens())
    settle_scripts(page)
    assert ran(page) == ["chat.js", "inline"]


def test_a_script_that_waits_for_another_does_not_run_after_a_withdrawal(embedding, visitor):
    held = []
    visitor.context.route("**/chat.js", lambda route: held.append(route))  # noqa: PLW0108 - no method of a list
    page = accept(visitor.opens())
    wait_for(page, "document.querySelector('script[src=\"/chat.js\"]').type === ''")
    change(page, "Withdraw consent")
    for route in held:
        route.continue_()
    wait_for(page, "(window.ran || []).length === 1")
    settle(page)
    expect(placeholder(page, "Chat")).to_be_visible()
    assert ran(page) == ["chat.js"]


def test_the_page_keeps_its_own_frame_and_may_change_where_it_leads(embedding, visitor):
    embedding.pages.files["/other"] = "<!doctype html><p>another film</p>"
    page = visitor.opens()
    page.evaluate("window.own = document.querySelector('iframe')")
    accept(page)
    expect(film(page)).to_be_visible()
    page.evaluate("own.dataset.src = own.dataset.src.replace(/video$/, 'other')")
    expect(page.frame_locator("iframe").get_by_text("another film")).to_be_visible()
    change(page, "Withdraw consent")
    expect(placeholder(page)).to_be_visible()
    assert page.evaluate("document.querySelector('iframe') === own")


def test_a_frame_that_shows_something_else_meanwhile_is_a_gate_too(embedding, visitor):
    embedding.pages.body = embedding.pages.body.replace("<iframe ", "<iframe src='about:blank' ")
    page = visitor.opens()
    press(page, "Always allow")
    expect(film(page)).to_be_visible()
    page.reload()
    expect(film(page)).to_be_visible()


def test_an_inline_script_names_no_host(embedding, visitor):
    embedding.pages.body = "<script type='text/plain' data-consent='chat'>window.ran = ['inline']</script>"
    page = visitor.opens()
    expect(placeholder(page, "Chat")).to_be_visible()
    expect(placeholder(page, "Chat")).not_to_contain_text("Content from")


def test_a_placeholder_takes_the_place_of_a_frame_that_lies_over_a_box(embedding, visitor):
    embedding.pages.head = "<style>.box { position: relative; width: 640px; height: 360px }"
    embedding.pages.head += ".box iframe { position: absolute; inset: 0; width: 100%; height: 100% }</style>"
    body = embedding.pages.body
    embedding.pages.body = body.replace("<iframe ", "<div class='box'><iframe ").replace("</iframe>", "</iframe></div>")
    page = visitor.opens()
    before = page.locator(".box").bounding_box()
    assert placeholder(page).bounding_box() == before


def test_a_frame_that_comes_later_waits_too_and_one_that_goes_takes_its_placeholder_along(embedding, visitor):
    page = visitor.opens()
    expect(placeholder(page)).to_have_count(1)
    page.evaluate("document.querySelector('main').append(document.querySelector('iframe').cloneNode())")
    expect(placeholder(page)).to_have_count(2)
    page.evaluate("document.querySelector('iframe').remove()")
    expect(placeholder(page)).to_have_count(1)


def test_the_page_does_not_move_when_a_frame_comes(embedding, visitor):
    embedding.pages.body = embedding.pages.body.replace("height='90'", "height='200'")
    page = visitor.opens()
    expect(placeholder(page)).to_be_visible()
    before = page.locator("#after").bounding_box()
    press(page, "Allow once")
    expect(film(page)).to_be_visible()
    after = page.locator("#after").bounding_box()
    assert abs(after["y"] - before["y"]) < 10


def test_a_page_with_a_purpose_that_the_notice_does_not_have_is_told_so_and_it_stays_shut(embedding, visitor):
    embedding.pages.body = "<iframe data-consent='vidoe' data-src='/video'></iframe>"
    said = []
    page = visitor.context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.goto(embedding.site + "/")
    accept(page)
    settle(page)
    assert said == ['consent: the notice has no purpose "vidoe", only video,chat']
    assert "/video" not in embedding.pages.asked
