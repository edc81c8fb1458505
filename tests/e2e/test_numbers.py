"""The page of a site in a real browser: the chart, its policy, a phone, a screen reader's rules."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.owner import EMAIL, PASSWORD

PATHS = (
    "?period=2026-10",
    "?period=2026-10-14",
    "?period=2026&compare=year",
    "?from=2026-10-03&to=2026-11-22",
)
"""Of periods that the walk does not open: it sees each kind of page once."""


def signed_in(browser, served, **options):
    page = browser.new_context(**options).new_page()
    page.goto(f"{served.config.public_url}/login")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button").click()
    expect(page.get_by_role("heading", name="Sites")).to_be_visible()
    return page


def test_the_pages_of_other_periods_bar_nobody_keep_to_their_policy_and_fit_the_screen(looker, published):
    for path in PATHS:
        looker.open(f"/sites/{published}{path}")


def test_the_chart_is_drawn_anew_with_what_is_under_the_pointer(browser, served, published):
    page = signed_in(browser, served)
    page.goto(f"{served.config.public_url}/sites/{published}?period=2026-10")

    expect(page.locator("#series canvas")).to_be_visible()
    expect(page.locator("#series svg.chart")).to_be_hidden()
    legend = page.locator("#series .u-legend")
    expect(legend).to_contain_text("Wednesday, 28 October 2026")  # the last day with a number
    expect(legend).to_contain_text("48")
    page.locator("#series .u-over").scroll_into_view_if_needed()
    box = page.locator("#series .u-over").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 13.3 / 30.6, box["y"] + 40)
    expect(legend).to_contain_text("Wednesday, 14 October 2026 (Report on the news)")
    expect(legend).to_contain_text("34")
    page.context.close()


def test_without_a_script_the_servers_chart_and_everything_else_is_there(browser, served, published):
    page = signed_in(browser, served, java_script_enabled=False)
    page.goto(f"{served.config.public_url}/sites/{published}?period=2026-10")

    expect(page.locator("#series svg.chart")).to_be_visible()
    page.get_by_role("search", name="Pages").get_by_role("searchbox").fill("page-1")
    page.get_by_role("button", name="Find in Pages").click()
    expect(page.get_by_text("5 of 14 match")).to_be_visible()
    page.get_by_text("Choose days").click()
    page.get_by_label("From").fill("2026-10-03")
    page.get_by_label("to", exact=True).fill("2026-10-09")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("Daily visitors added up")).to_be_visible()
    page.context.close()


def test_tabs_are_links_without_a_script(browser, served, published):
    page = signed_in(browser, served, java_script_enabled=False)
    page.goto(f"{served.config.public_url}/sites/{published}?period=2026-10")

    expect(page.locator("#platform")).to_be_visible()
    expect(page.locator("#by-device")).to_be_hidden()
    page.get_by_role("link", name="By device").click()

    expect(page.locator("#by-device")).to_be_visible()
    expect(page.locator("#platform")).to_be_hidden()
    expect(page.get_by_role("link", name="By device")).to_have_attribute("aria-current", "true")
    page.context.close()


def test_tabs_go_with_arrow_keys_home_and_end(browser, served, published):
    page = signed_in(browser, served)
    page.goto(f"{served.config.public_url}/sites/{published}?period=2026-10")
    tabs = page.get_by_role("tablist", name="Devices").get_by_role("tab")
    expect(tabs).to_have_text(["Platforms", "By device", "By system"])

    tabs.nth(0).focus()
    for key, chosen in (
        ("ArrowRight", 1),
        ("End", 2),
        ("ArrowRight", 0),
        ("ArrowLeft", 2),
        ("Home", 0),
        ("ArrowRight", 1),
    ):
        page.keyboard.press(key)
        expect(tabs.nth(chosen)).to_be_focused()
        expect(tabs.nth(chosen)).to_have_attribute("aria-selected", "true")
        expect(page.get_by_role("tabpanel", name=tabs.nth(chosen).inner_text(), exact=True)).to_be_visible()
    assert [tab.get_attribute("tabindex") for tab in tabs.all()] == ["-1", "0", "-1"]
    page.keyboard.press("Tab")
    expect(tabs.nth(2)).not_to_be_focused()  # one stop for all tabs of a card
    page.goto(f"{served.config.public_url}/sites/{published}?period=2026-10#by-system")
    page.reload()
    expect(page.locator("#by-system")).to_be_visible()
    page.context.close()


def test_a_month_is_taken_in_at_a_glance(browser, served, published):
    page = signed_in(browser, served, viewport={"width": 1280, "height": 900})
    page.goto(f"{served.config.public_url}/sites/{published}?period=2026-10")

    expect(page.locator("#series canvas")).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollHeight") <= 2_200  # annotations and goals with it
    page.context.close()


def test_the_keyboard_leads_through_the_page_to_the_table_behind_the_chart(browser, served, published):
    page = signed_in(browser, served)
    page.goto(f"{served.config.public_url}/sites/{published}?period=2026-10")

    summary = page.locator("section:has(#by-part) summary")
    for _ in range(60):
        page.keyboard.press("Tab")
        if summary.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")

    expect(page.get_by_role("row", name="Wednesday, 14 October 2026")).to_be_visible()
    page.context.close()


def test_on_paper_the_servers_chart_is_shown_and_no_navigation(browser, served, published):
    page = signed_in(browser, served)
    page.goto(f"{served.config.public_url}/sites/{published}?period=2026-10")
    expect(page.locator("#series canvas")).to_be_visible()

    page.emulate_media(media="print")

    expect(page.locator("#series svg.chart")).to_be_visible()
    expect(page.locator("#series .plot")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Compare with")).to_be_hidden()
    for panel in ("page", "entry", "platform", "by-device", "by-system"):
        expect(page.locator(f"#{panel} h4")).to_be_visible()
        expect(page.locator(f"#{panel} table")).to_be_visible()
    page.context.close()
