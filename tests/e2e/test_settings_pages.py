"""The pages of settings and notices: for those who see, hear or type, on a phone too."""

from pathlib import Path

import pytest

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
FOUND = "axe.run(document, {iframes: false}).then(found => found.violations.map(one => [one.id, one.nodes[0].html]))"


def settings(page, site):
    page.goto(f"{site}/settings")


def a_mistake(page, site):
    page.goto(f"{site}/settings")
    page.get_by_label("Time zone", exact=True).fill("Mars")
    page.get_by_role("button", name="See what would change").click()


def a_change(page, site):
    page.goto(f"{site}/settings")
    page.get_by_label("Threshold", exact=True).fill("5")
    page.get_by_label("Name", exact=True).fill("Another")
    page.get_by_role("button", name="See what would change").click()


def versions(page, site):
    page.goto(f"{site}/notices")


def one_version(page, site):
    page.goto(f"{site}/notices")
    page.get_by_role("link", name="Version 1", exact=True).click()


def a_draft(page, site):
    page.goto(f"{site}/notices/edit")
    page.locator("#en-accept").fill("<b>")
    page.locator(".actions button").click()


def a_new_text(page, site):
    page.goto(f"{site}/notices/edit")
    page.locator("#en-accept").fill("Yes, count me")
    page.locator(".actions button").click()


def removal(page, site):
    page.goto(f"{site}/remove")


@pytest.mark.parametrize("look", [settings, a_mistake, a_change, versions, one_version, a_draft, a_new_text, removal])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(desk, look):
    page, _ = desk
    look(page, page.url.removesuffix("/notices/edit"))
    page.set_viewport_size({"width": 320, "height": 640})
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        # Evaluated, not added to the page: its policy lets no script in.
        page.evaluate(AXE.read_text())
        assert page.evaluate(FOUND) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


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
