"""The pages about accounts and people in a real browser, dark and on a phone too: axe-core finds nothing."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from consent_service import totp
from tests.e2e.snippet.test_accessibility import AXE, RULES

EMAIL, PASSWORD, NEW = "owner@example.org", "a long enough password", "a-rather-long-name@mail.example.org"
SIZES = {"desktop": (1280, 800), "phone": (320, 640)}
PICTURES = os.environ.get("PICTURES")
"""A folder to look at: each page as it was when axe-core looked at it."""

LOOK = """rules => axe.run({ runOnly: rules }).then(({ violations, passes }) =>
    [violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), passes.length])"""


class Walk:
    """A browser that is looked at wherever it stops."""

    def __init__(self, browser, url):
        self.page = browser.new_context(base_url=url).new_page()
        self.complaints = []
        self.page.on("console", self._hear)
        self._axe = AXE.read_text()

    def _hear(self, message):
        """What the browser complains about, a policy that was broken above all; not that bad input was refused."""
        is_wanted = "status of 4" in message.text or message.text.startswith("Clear-Site-Data")
        self.complaints += [] if is_wanted else [message.text]

    def looks(self, name):
        """In light and dark, on a desktop and on a phone."""
        self.page.evaluate(self._axe)
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            for size, (width, height) in SIZES.items():
                self.page.set_viewport_size({"width": width, "height": height})
                violations, passes = self.page.evaluate(LOOK, RULES)
                assert violations == [], (name, scheme, size)
                assert passes > 5
                assert self.page.evaluate("document.scrollingElement.scrollWidth") <= width, (name, size)
                if PICTURES:
                    self.page.screenshot(path=Path(PICTURES) / f"{name}-{scheme}-{size}.png", full_page=True)

    def opens(self, path, name):
        self.page.goto(path)
        self.looks(name)

    def fills(self, button, **fields):
        for name, text in fields.items():
            self.page.get_by_label(name.replace("_", " "), exact=True).last.fill(text)
        self.page.get_by_role("button", name=button, exact=True).last.click()

    def signs_in(self):
        self.page.goto("/login")
        self.fills("Sign in", **{"E-mail_address": EMAIL, "Password": PASSWORD})


@pytest.fixture
def site(service):
    service.run("migrate")
    service.run("user", "add", EMAIL, "--password-stdin", given=f"{PASSWORD}\n")
    key = service.run("site", "add", "Harbour Network", "--host", "harbour.example").stdout.strip()
    service.start()
    return key


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_axe_finds_nothing_on_the_way_from_setting_up_a_second_factor_to_signing_in_with_it(browser, service, site):
    walk = Walk(browser, service.url)
    walk.signs_in()
    walk.opens("/account", "account")
    walk.fills("Change the password", Present_password="wrong", New_password=PASSWORD)
    walk.looks("account-wrong")
    walk.opens("/account/factor", "factor-new")
    secret = walk.page.locator("code.secret").inner_text().replace(" ", "")
    walk.fills("Turn on", Code_that_the_app_shows_now="1", Your_password=PASSWORD)
    walk.looks("factor-new-wrong")
    code = totp.code_at(secret, int(time.time()) // totp.STEP_SECONDS)
    walk.fills("Turn on", Code_that_the_app_shows_now=code, Your_password=PASSWORD)
    walk.looks("codes")
    recovery = walk.page.locator(".codes code").first.inner_text()
    walk.opens("/account/factor", "factor")
    walk.page.get_by_role("button", name="Sign out").click()
    walk.signs_in()
    walk.looks("code")
    walk.fills("Sign in", Code="1")
    walk.looks("code-wrong")
    walk.fills("Sign in", Code=recovery)
    expect(walk.page.get_by_role("heading", name="Sites")).to_be_visible()
    walk.opens("/account", "account-two-factors")
    assert walk.complaints == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_axe_finds_nothing_on_the_way_from_an_invitation_to_the_history(browser, service, site):
    walk, new = Walk(browser, service.url), Walk(browser, service.url)
    walk.signs_in()
    walk.page.goto(f"/sites/{site}/people")
    walk.fills("Make a link", **{"E-mail_address": NEW})
    walk.looks("people-link")
    link = walk.page.locator("pre.paste").inner_text()
    new.opens(link, "invitation")
    new.fills("Make the account", Password=PASSWORD)
    expect(new.page.get_by_role("heading", name="Harbour Network")).to_be_visible()
    walk.page.goto(f"/sites/{site}/people")
    walk.fills("Make a link", **{"E-mail_address": "third@example.org"})
    new.opens(walk.page.locator("pre.paste").inner_text(), "invitation-of-another")
    walk.opens(f"/sites/{site}/people", "people")
    walk.opens(f"/sites/{site}/trail", "trail")
    walk.opens("/people", "everybody")
    walk.page.locator("summary").first.click()
    walk.looks("everybody-remove")
    walk.opens("/trail", "trail-all")
    assert walk.complaints + new.complaints == []
