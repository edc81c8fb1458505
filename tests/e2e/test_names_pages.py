"""Forms in which things are chosen and not typed, in a browser: time zone, languages, colours."""

import pytest
from playwright.sync_api import expect

from tests.e2e.looker import Looker, submit


@pytest.fixture
def root(desk):
    page, _ = desk
    return page.url.partition("/sites/")[0]


def in_zone(browser, desk, zone):
    """A page of the owner's in a browser that is somewhere."""
    signed_in, _ = desk
    context = browser.new_context(timezone_id=zone, storage_state=signed_in.context.storage_state())
    return context.new_page()


def test_a_new_site_begins_in_the_browsers_time_zone_and_keeps_what_was_typed(browser, desk, root):
    page = in_zone(browser, desk, "Asia/Tokyo")
    page.goto(f"{root}/sites/new")
    zone = page.get_by_label("Time zone")
    expect(zone).to_have_value("Asia/Tokyo")
    assert page.locator("#zones option[value='Europe/Amsterdam']").count() == 1

    page.get_by_label("Name", exact=True).fill("Hafen")
    page.get_by_label("Host names").fill("münchen.example:8443")
    page.get_by_label("Language of the notice").select_option(label="日本語")
    page.locator("summary").click()
    page.get_by_label("Nederlands").check()
    zone.fill("UTC")
    page.get_by_label("Threshold", exact=True).evaluate("field => { field.type = 'text'; field.value = 'ten'; }")
    submit(page.get_by_role("button", name="Add the site"))
    expect(page.get_by_label("Time zone")).to_have_value("UTC")
    expect(page.get_by_label("Nederlands")).to_be_checked()

    page.get_by_label("Threshold", exact=True).fill("10")
    submit(page.get_by_role("button", name="Add the site"))
    expect(page.get_by_role("status").first).to_contain_text("pages count on every port of münchen.example")
    expect(page.locator(".hosts")).to_have_text("münchen.example")
    page.context.close()


def test_a_new_site_is_in_utc_where_no_script_runs(browser, desk, root):
    signed_in, _ = desk
    context = browser.new_context(
        timezone_id="Asia/Tokyo", java_script_enabled=False, storage_state=signed_in.context.storage_state()
    )
    page = context.new_page()
    page.goto(f"{root}/sites/new")
    expect(page.get_by_label("Time zone")).to_have_value("UTC")
    context.close()


def colour(page, label, value):
    """As the browser's own picker does it."""
    page.get_by_label(label, exact=True).fill(value)


def test_colours_are_chosen_and_the_notice_is_seen_in_them_before_they_are_saved(desk):
    page, _ = desk
    site = page.url.removesuffix("/notices/edit")
    page.goto(f"{site}/settings")
    notice = page.frame_locator("iframe[name=preview]")
    accept = notice.locator("button[value=accept]")
    expect(accept).to_be_visible()
    entries = page.evaluate("history.length")

    colour(page, "Button, light", "#123456")
    colour(page, "Text, light", "#cccccc")
    expect(page.get_by_label("A look of its own")).to_be_checked()
    weak = notice.get_by_text("has a contrast of 1.61:1, but text needs 4.5:1")
    expect(weak).to_be_visible()

    colour(page, "Text, light", "#222222")
    expect(weak).to_have_count(0)
    expect(accept).to_have_css("background-color", "rgb(18, 52, 86)")
    assert page.evaluate("history.length") == entries

    submit(page.locator(".actions button"))
    submit(page.get_by_role("button", name="Change this"))
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("Button, light", exact=True)).to_have_value("#123456")
    expect(accept).to_have_css("background-color", "rgb(18, 52, 86)")


def test_a_button_shows_the_notice_in_its_colours_where_no_script_runs(browser, desk):
    signed_in, _ = desk
    context = browser.new_context(java_script_enabled=False, storage_state=signed_in.context.storage_state())
    page = context.new_page()
    page.goto(signed_in.url.replace("/notices/edit", "/settings"))
    page.get_by_label("A look of its own").check()
    colour(page, "Text, light", "#cccccc")
    page.get_by_role("button", name="Show it below").click()
    expect(page.frame_locator("iframe[name=preview]").get_by_text("but text needs 4.5:1")).to_be_visible()
    context.close()


def test_the_forms_bar_nobody(browser, desk, root):
    signed_in, _ = desk
    site = signed_in.url.removesuffix("/notices/edit")
    with Looker(browser, site) as looker:
        looker.page.context.add_cookies(signed_in.context.cookies())
        for name, path in (
            ("new", f"{root}/sites/new"),
            ("settings", f"{site}/settings"),
            ("account", f"{root}/account"),
        ):
            looker.page.goto(path)
            looker.look(name)
