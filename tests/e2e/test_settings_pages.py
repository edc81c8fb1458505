"""The pages of settings and notices: for those who see, hear or type, on a phone too."""

import pytest

from tests.e2e.looker import Looker, submit


def a_mistake(page, site):
    page.goto(f"{site}/settings")
    page.get_by_label("Time zone", exact=True).fill("Mars")
    submit(page.get_by_role("button", name="See what would change"))


def a_change(page, site):
    page.goto(f"{site}/settings")
    page.get_by_label("Threshold", exact=True).fill("5")
    page.get_by_label("Name", exact=True).fill("Another")
    submit(page.get_by_role("button", name="See what would change"))


def a_draft(page, site):
    page.goto(f"{site}/notices/edit")
    page.locator("#en-accept").fill("<b>")
    submit(page.locator(".actions button"))


def a_new_text(page, site):
    page.goto(f"{site}/notices/edit")
    page.locator("#en-accept").fill("Yes, count me")
    submit(page.locator(".actions button"))


@pytest.mark.parametrize("state", [a_mistake, a_change, a_draft, a_new_text])
def test_what_forms_answer_bars_nobody_and_is_no_wider_than_a_phone(browser, desk, state):
    signed_in, _ = desk
    site = signed_in.url.removesuffix("/notices/edit")
    with Looker(browser, site) as looker:
        looker.page.context.add_cookies(signed_in.context.cookies())
        state(looker.page, site)
        looker.look(state.__name__)


def test_a_mistake_is_tied_to_its_field(desk):
    page, _ = desk
    a_mistake(page, page.url.removesuffix("/notices/edit"))
    field = page.get_by_label("Time zone", exact=True)
    assert field.get_attribute("aria-invalid") == "true"
    assert "is not known" in page.locator(f"#{field.get_attribute('aria-describedby')}").inner_text()


def test_settings_can_be_changed_by_keyboard_alone(desk):
    page, _ = desk
    site = page.url.removesuffix("/notices/edit")
    page.goto(f"{site}/settings")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("By keys")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Change this").press("Enter")
    page.get_by_text("Saved.").wait_for()
    assert page.get_by_role("heading", level=1).inner_text() == "By keys"
